//! The forms in which the record is delivered (semantics §1.1), most telling first.

mod csv;
mod json;
mod lossy;

use crate::source::Form;
use crate::source::unified_audit::{OFFICE_ACTIVITY, UNIFIED_AUDIT};

const fn form(name: &'static str, fits: Fits, read: crate::source::Read) -> Form {
    Form {
        name,
        card: &UNIFIED_AUDIT,
        lossy: false,
        fits,
        read,
    }
}

type Fits = fn(&str, &crate::record::delivered::Header) -> bool;

const fn lossy(form: Form) -> Form {
    Form {
        lossy: true,
        ..form
    }
}

/// Rows re-exported from Splunk (C9).
pub const SPLUNK_CSV: Form = form("unified-audit/splunk-csv", csv::fits_splunk, csv::read);
/// Rows of a query of the graph (C5).
pub const GRAPH_CSV: Form = form("unified-audit/graph-csv", csv::fits_graph, csv::read);
/// Rows of the search command, also through the extractor suite (C3, C4).
pub const SEARCH_CSV: Form = form("unified-audit/search-csv", csv::fits_search, csv::read);
/// Rows of the portal, old and new (C1, C2), and any other with the record in a cell.
pub const PORTAL_CSV: Form = form("unified-audit/portal-csv", csv::fits_portal, csv::read);
/// Documents that keep the original text (C10).
pub const ELASTIC_ORIGINAL: Form = form(
    "unified-audit/elastic-original",
    json::fits_original,
    json::read_original,
);
/// Decoded records under one key, as a pipeline's tests hold them.
pub const ELASTIC_DECODED: Form = form(
    "unified-audit/elastic-decoded",
    json::fits_decoded,
    json::read_decoded,
);
/// Documents that keep fields only (C10).
pub const ELASTIC_FIELDS: Form = lossy(form(
    "unified-audit/elastic-fields",
    json::fits_elastic,
    json::read_elastic,
));
/// Wrapper objects with the record as object or text (C4).
pub const WRAPPED_JSON: Form = form(
    "unified-audit/wrapped-json",
    json::fits_wrapped,
    json::read_wrapped,
);
/// Records of a query of the graph (C5, C7).
pub const GRAPH_JSON: Form = form(
    "unified-audit/graph-json",
    json::fits_graph,
    json::read_wrapped,
);
/// Bare records (C6, and what collectors make of them).
pub const BARE: Form = form("unified-audit/record", json::fits_bare, json::read_bare);
/// Rows of the workspace table (C8), CSV or table.
pub const OFFICE_ROWS: Form = office(
    "office-activity/rows",
    lossy::fits_office_rows,
    lossy::read_rows,
);
/// Objects of the workspace table (C8).
pub const OFFICE_JSON: Form = office(
    "office-activity/json",
    lossy::fits_office_json,
    lossy::read_object,
);
/// Rows with the record's keys as columns: other projections (K17).
pub const PROJECTION: Form = lossy(form(
    "unified-audit/projection",
    lossy::fits_projection,
    lossy::read_rows,
));

const fn office(name: &'static str, fits: Fits, read: crate::source::Read) -> Form {
    Form {
        card: &OFFICE_ACTIVITY,
        ..lossy(form(name, fits, read))
    }
}
