//! Rows turn round; runs give one order; copies are judged alike in any.

use std::borrow::Cow;

use demarche_core::event::event::{Event, Identity, Marks};
use demarche_core::event::item::{Item, ItemKind};
use demarche_core::event::kind::{ActorKind, Capacity, Kind, Outcome, Told};
use demarche_core::source::LIST;
use demarche_core::vocab::card::Stream;
use demarche_core::vocab::moment::{Moment, Precision};
use demarche_core::vocab::place::{Place, SourceNumber};
use proptest::prelude::*;

use crate::spill::rows::Rows;
use crate::spill::short::{Shape, restore, shorten};
use crate::spill::{Spill, copies, row, sorted, texts};

fn event(n: u64) -> Event<'static> {
    let mut event = Event {
        place: Place {
            source: SourceNumber(1 + (n % 3) as u32),
            leaf: n,
            offset: n * 1_000,
            length: 1_000,
        },
        record_id: Cow::Owned(format!("id-{n}")),
        at: Moment {
            micros: 1_700_000_000_000_000 - (n as i64 * 7_919) % 1_000,
            precision: Precision::Fraction,
        },
        stream: Stream::ItemAccess,
        kind: Kind::ItemsRead,
        outcome: Outcome::Succeeded,
        actor_kind: ActorKind::Person,
        capacity: Capacity::Delegate,
        network_number: 64_500,
        throttled: Told::No,
        items_counted: Some(n),
        marks: Marks {
            relay: true,
            salvaged: n.is_multiple_of(2),
            ..Marks::default()
        },
        ..Event::default()
    };
    event.actor.name = Cow::Owned(format!("user{}@example.org", n % 5));
    event.ties.token_issued = Some(Moment::from_micros(-5));
    event
        .details
        .push((Cow::Borrowed("name"), Cow::Owned(format!("é{n}"))));
    event.items.push(Item {
        kind: ItemKind::File,
        id: Cow::Owned(format!("<{n}>")),
        size_bytes: Some(0),
        rows: 1,
        ..Item::default()
    });
    event
}

#[test]
fn texts_go_out_and_in_the_same_way() {
    let values: Vec<String> = (0..texts::N_TEXTS).map(|n| format!("t{n}")).collect();
    let mut event = Event::default();
    texts::assign(&mut event, std::array::from_fn(|n| values[n].as_str()));
    assert!(
        texts::texts(&event)
            .into_iter()
            .eq(values.iter().map(String::as_str))
    );
    assert_eq!(texts::NAMES[texts::ADDRESS], "address");
    assert_eq!(event.address, values[texts::ADDRESS]);
    assert_eq!(event.ties.token, values[texts::TOKEN]);
    assert_eq!(event.record_id, values[texts::RECORD_ID]);
}

#[test]
fn rows_turn_round_and_torn_ones_are_noticed() {
    let event = event(77);
    let mut bytes = Vec::new();
    row::encode(&event, ("key", 3), &mut String::new(), &mut bytes);
    assert_eq!(row::decode(&bytes), Some(event));
    let key = row::sort_key(&bytes).unwrap();
    assert_eq!((key.key, key.leaf, key.ordinal), ("key", 77, 3));
    for end in 0..bytes.len() {
        assert_eq!(row::decode(&bytes[..end]), None, "{end}");
    }
}

#[test]
fn short_rows_become_the_same_rows() {
    let rows: Vec<Vec<u8>> = (0..200)
        .map(|n| {
            let mut event = event(n % 23);
            let organisation = (Cow::Borrowed("organisation"), Cow::Borrowed("one"));
            event
                .details
                .splice(0..0, vec![organisation; n as usize % 3]);
            event.client.agent = Cow::Borrowed(["", "one", "another"][n as usize % 3]);
            let (mut bytes, key) = (Vec::new(), ["a", "b"][n as usize / 100]);
            row::encode(&event, (key, n as u32), &mut String::new(), &mut bytes);
            bytes
        })
        .collect();
    let (mut before, mut back) = (None, (Vec::new(), Shape::default()));
    let mut saved = 0;
    for row in &rows {
        let shape = Shape::of(row).unwrap();
        let mut short = Vec::new();
        shorten(
            (row, &shape),
            before.as_ref().map(|(row, shape)| (*row, shape)),
            &mut short,
        )
        .unwrap();
        saved += row.len() as i64 - short.len() as i64;
        let mut restored = Vec::new();
        for end in 0..short.len() {
            let torn = restore(&short[..end], (&back.0, &back.1), &mut restored);
            assert!(torn.is_none() || restored.len() < row.len());
        }
        let shape_again = restore(&short, (&back.0, &back.1), &mut restored);
        assert_eq!(&restored, row);
        back = (restored, shape_again.unwrap());
        before = Some((row.as_slice(), shape));
    }
    assert!(saved > 0, "{saved}");
}

/// Leaves of all partitions in order, with runs of a size.
fn order(run_bytes: usize, n: u64) -> Vec<Vec<u64>> {
    let folder = tempfile::tempdir().unwrap();
    let mut spill = Spill::in_runs(folder.path(), [1; 16], run_bytes).unwrap();
    let mut rows = Rows::new(spill.copy_key());
    for n in 0..n {
        let mut event = event(n);
        if n % 11 == 0 {
            event.actor = Identity::default();
        }
        rows.begin(&LIST[0]);
        rows.event(&event);
        rows.end(event.place, false);
        if n % 7 == 0 {
            spill.take(&rows).unwrap();
            rows.clear();
        }
    }
    spill.take(&rows).unwrap();
    let spilled = spill.finish(folder.path()).unwrap();
    let in_order = |runs| {
        let mut leaves = Vec::new();
        let mut keys = Vec::new();
        sorted::each(runs, &mut |key, row| {
            assert_eq!(row::sort_key(row).as_ref(), Some(key));
            keys.push((key.key.to_owned(), key.micros, key.source, key.leaf));
            leaves.push(key.leaf);
            Ok(())
        })
        .unwrap();
        assert!(keys.is_sorted());
        leaves
    };
    spilled.partitions.iter().map(in_order).collect()
}

#[test]
fn runs_of_any_size_give_one_order() {
    let whole = order(usize::MAX, 500);
    assert_eq!(whole.iter().map(Vec::len).sum::<usize>(), 500);
    for run_bytes in [1, 1_000, 10_000] {
        assert_eq!(order(run_bytes, 500), whole, "{run_bytes}");
    }
}

/// Source and leaf of records.
type Leaves = Vec<(u32, u64)>;

/// What copies come to: dropped and conflicting.
fn judged(records: &[(u64, Event<'static>)]) -> (Leaves, Leaves) {
    let folder = tempfile::tempdir().unwrap();
    let mut spill = Spill::create(folder.path(), [1; 16]).unwrap();
    for (_, event) in records {
        let mut rows = Rows::new(spill.copy_key());
        rows.begin(&LIST[0]);
        rows.event(event);
        rows.end(event.place, false);
        spill.take(&rows).unwrap();
    }
    let spilled = spill.finish(folder.path()).unwrap();
    let verdicts = copies::judge(folder.path(), &spilled.searched).unwrap();
    (
        verdicts.dropped.all().collect(),
        verdicts.conflicting.all().collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn copies_are_judged_alike_in_any_order(
        variants in prop::collection::vec((0_u64..3, 0_u8..4, 0_u8..3), 1..12),
        seed in any::<u64>(),
    ) {
        let mut records: Vec<(u64, Event<'static>)> = Vec::new();
        for (leaf, (id, address, agent)) in variants.iter().enumerate() {
            let mut event = event(*id);
            event.place.leaf = leaf as u64;
            event.place.source = SourceNumber(1);
            event.address = match address {
                0 => Cow::Borrowed(""),
                n => Cow::Owned(format!("192.0.2.{n}")),
            };
            event.client.agent = match agent {
                0 => Cow::Borrowed(""),
                n => Cow::Owned(format!("agent {n}")),
            };
            let shuffled = (leaf as u64 + 1).wrapping_mul(seed | 1);
            records.push((shuffled, event));
        }
        let expected = judged(&records);
        records.sort_by_key(|(shuffled, _)| *shuffled);
        prop_assert_eq!(judged(&records), expected);
    }
}
