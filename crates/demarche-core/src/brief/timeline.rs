//! Events of listed sessions in order of time, loadable elsewhere.

use crate::exposure::timeline::TimelineRow;

/// The rows in order of time and place, one per record and session.
pub fn sorted(mut rows: Vec<TimelineRow>) -> Vec<TimelineRow> {
    rows.sort_by(|a, b| {
        let key = |row: &TimelineRow| (row.at, row.place);
        key(a).cmp(&key(b)).then_with(|| a.session.cmp(&b.session))
    });
    rows.dedup_by(|a, b| (a.place, &a.session, a.described) == (b.place, &b.session, b.described));
    rows
}
