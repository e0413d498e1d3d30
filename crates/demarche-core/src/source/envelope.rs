//! The envelope of diagnostic settings: one line or record around any log.

use std::borrow::Cow;

use crate::event::event::Text;
use crate::record::json::{Value, ValueKind};

/// An envelope, its parts still as delivered.
///
/// # Spec
/// semantics §1.8 (C11); Entra "activity log schemas"
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope<'a> {
    /// When the service wrote it.
    pub time: Option<Value<'a>>,
    /// Which log.
    pub category: Option<Value<'a>>,
    /// Operation.
    pub operation: Option<Value<'a>>,
    /// Tenant.
    pub tenant: Option<Value<'a>>,
    /// Path of the resource.
    pub resource: Option<Value<'a>>,
    /// Result.
    pub result: Option<Value<'a>>,
    /// Second form of the result.
    pub signature: Option<Value<'a>>,
    /// Address of the caller.
    pub address: Option<Value<'a>>,
    /// Correlation id.
    pub correlation: Option<Value<'a>>,
    /// Who: a display name, or an object of claims.
    pub identity: Option<Value<'a>>,
    /// Level.
    pub level: Option<Value<'a>>,
    /// The record inside.
    pub properties: Option<Value<'a>>,
}

/// What a container says of a record beside its fields; all empty where there is none.
#[derive(Clone, Debug, Default)]
pub struct Around<'a> {
    /// Which log.
    pub category: Text<'a>,
    /// Operation.
    pub operation: Text<'a>,
    /// Tenant.
    pub tenant: Text<'a>,
    /// Result.
    pub code: Text<'a>,
    /// Address of the caller.
    pub address: Text<'a>,
    /// When the service wrote it.
    pub time: Text<'a>,
}

impl<'a> Envelope<'a> {
    /// What it says of the record inside.
    pub fn around(&self) -> Around<'a> {
        Around {
            category: text(self.category),
            operation: text(self.operation),
            tenant: text(self.tenant),
            code: text(self.result),
            address: text(self.address),
            time: text(self.time),
        }
    }

    /// The envelope of a record's text. A fault leaves what was read before it.
    pub fn of(text: &'a str) -> Envelope<'a> {
        let mut envelope = Envelope::default();
        let _ = Value::of(text).members(|key, value| {
            let slot = match key {
                "time" => &mut envelope.time,
                "category" => &mut envelope.category,
                "operationName" => &mut envelope.operation,
                "tenantId" => &mut envelope.tenant,
                "resourceId" => &mut envelope.resource,
                "resultType" => &mut envelope.result,
                "resultSignature" => &mut envelope.signature,
                "callerIpAddress" => &mut envelope.address,
                "correlationId" => &mut envelope.correlation,
                "identity" => &mut envelope.identity,
                "level" | "Level" => &mut envelope.level,
                "properties" => &mut envelope.properties,
                _ => return,
            };
            slot.get_or_insert(value);
        });
        envelope
    }
}

/// The text of a part, trimmed; empty where it is absent or an object.
pub fn text<'a>(part: Option<Value<'a>>) -> Text<'a> {
    part.map_or(Cow::Borrowed(""), |value| {
        crate::source::row::trimmed(value.text())
    })
}

/// The category of an envelope; `None` where the record is none.
pub fn category(record: &str) -> Option<String> {
    if Value::of(record).kind() != ValueKind::Object {
        return None;
    }
    let envelope = Envelope::of(record);
    let whole = envelope.time.is_some() && envelope.operation.is_some();
    let inside = envelope.properties.map(Value::kind) == Some(ValueKind::Object)
        || envelope.resource.is_some();
    let category = text(envelope.category);
    (whole && inside && !category.is_empty()).then(|| category.into_owned())
}

/// Whether the record inside an envelope has all these keys.
pub fn holds(record: &str, keys: &[&str]) -> bool {
    let Some(inside) = Envelope::of(record).properties else {
        return false;
    };
    let mut found = vec![false; keys.len()];
    let _ = inside.members(|key, _| {
        if let Some(at) = keys.iter().position(|known| *known == key) {
            found[at] = true;
        }
    });
    found.into_iter().all(|found| found)
}
