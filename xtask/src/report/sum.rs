//! The numbers of the report, added up over rows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::report::bound::upper95;
use crate::report::tenant::rank;

/// Sums over the tenants of one shape and one kind of ids.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Shape {
    /// Tenants.
    pub tenants: u64,
    /// Sessions that are hostile in truth; of an insider, those that are the insider's.
    pub hostile: u64,
    /// Of these, those that the logs warrant calling hostile, and those found so.
    pub warranted: (u64, u64),
    /// Of these, those that the logs warrant listing, hostile or suspect, and those listed.
    pub flagged: (u64, u64),
    /// Sessions found hostile, listed, and not listed at all.
    pub found: (u64, u64, u64),
    /// Items named by whole records of listed sessions in undamaged logs, and those called certain.
    pub items: (u64, u64),
}

/// Sums over all tenants.
#[derive(Debug, Default)]
pub struct Sum {
    /// By shape, then by kind of ids.
    pub shapes: BTreeMap<(String, String), Shape>,
    /// Numbers of everything else, by name.
    pub n: BTreeMap<&'static str, u64>,
    /// By kind of damage, seconds without its records, and those of them that are named.
    pub damage: BTreeMap<String, (u64, u64)>,
    /// By innocent twin of clean tenants that have no other: tenants, accounts times days, groups.
    pub twins: BTreeMap<String, (u64, u64, u64)>,
    /// By accounts of clean tenants: tenants, accounts times days, groups.
    pub sizes: BTreeMap<&'static str, (u64, u64, u64)>,
    /// Rows of the verdict table that made suspects of the innocent in clean tenants.
    pub suspect_rows: BTreeMap<String, u64>,
}

impl Sum {
    /// Adds up rows.
    pub fn of(rows: &[Value]) -> Sum {
        let mut sum = Sum::default();
        rows.iter().for_each(|row| sum.add(row));
        sum
    }

    fn count(&mut self, name: &'static str, n: u64) {
        *self.n.entry(name).or_default() += n;
    }

    /// A number by its name; 0 where nothing was counted.
    pub fn of_name(&self, name: &str) -> u64 {
        self.n.get(name).copied().unwrap_or(0)
    }

    fn add(&mut self, row: &Value) {
        let number = |value: &Value| value.as_u64().unwrap_or(0);
        let length = |value: &Value| value.as_array().map_or(0, |all| all.len() as u64);
        let clean = row["shape"] == "none";
        let whole = length(&row["damage"]) == 0;
        self.count("tenants", 1);
        self.count("records", number(&row["records"]));
        self.count("ordinary_sessions", number(&row["ordinary_sessions"]));
        self.count("logins", number(&row["logins"]));
        self.count("false_hostile", length(&row["false_hostile"]));
        self.count("wrong_items", length(&row["wrong_items"]));
        self.count("certain_items", number(&row["n_certain_hostile"]));
        let days = number(&row["accounts"]) * number(&row["days"]);
        if clean {
            self.count("clean_tenants", 1);
            self.count(
                "clean_accused",
                u64::from(length(&row["false_hostile"]) > 0),
            );
            self.count("clean_account_days", days);
            self.count("clean_groups", number(&row["groups"]));
            let twins = row["twins"].as_array().map_or(&[][..], Vec::as_slice);
            let name = match twins {
                [] => "none",
                [one] => one.as_str().unwrap_or_default(),
                _ => "all at once",
            };
            let size = if number(&row["accounts"]) < 100 {
                "10 to 22"
            } else {
                "100"
            };
            let twin = self.twins.entry(name.to_owned()).or_default();
            let groups = number(&row["groups"]);
            for sum in [twin, self.sizes.entry(size).or_default()] {
                *sum = (sum.0 + 1, sum.1 + days, sum.2 + groups);
            }
            for group in row["false_groups"].as_array().into_iter().flatten() {
                *self
                    .suspect_rows
                    .entry(group["rows"].to_string())
                    .or_default() += 1;
            }
        } else {
            self.count("entered_groups", number(&row["groups"]));
            self.count("entered_false_groups", length(&row["false_groups"]));
        }
        let gaps = &row["gaps"];
        let seconds = |key: &str| gaps[key].as_i64().unwrap_or(0).unsigned_abs();
        self.count("gap_damaged", seconds("damaged"));
        self.count("gap_both", seconds("both"));
        self.count(
            if whole {
                "gap_named_whole"
            } else {
                "gap_named"
            },
            seconds("named"),
        );
        for (kind, of) in gaps["by_kind"].as_object().into_iter().flatten() {
            let of = |key: &str| of[key].as_i64().unwrap_or(0).unsigned_abs();
            let sum = self.damage.entry(kind.clone()).or_default();
            *sum = (sum.0 + of("damaged"), sum.1 + of("both"));
        }
        self.count("presumed", number(&row["presumed"]["items"]));
        self.count("unlogged", number(&row["presumed"]["unlogged"]));
        self.shape(row, whole);
    }

    fn shape(&mut self, row: &Value, whole: bool) {
        let word = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let shape = self.shapes.entry((word("shape"), word("ids"))).or_default();
        shape.tenants += 1;
        for session in row["sessions"].as_array().into_iter().flatten() {
            let rank = |key: &str| rank(session[key].as_str().unwrap_or_default());
            let (warranted, found) = (rank("warranted"), rank("found"));
            let number = |key: &str| session[key].as_u64().unwrap_or(0);
            shape.hostile += 1;
            shape.warranted.0 += u64::from(warranted == 2);
            shape.warranted.1 += u64::from(warranted == 2 && found == 2);
            shape.flagged.0 += u64::from(warranted >= 1);
            shape.flagged.1 += u64::from(warranted >= 1 && found >= 1);
            shape.found.0 += u64::from(found == 2);
            shape.found.1 += u64::from(found >= 1);
            shape.found.2 += u64::from(found == 0);
            if whole && found >= 1 {
                shape.items.0 += number("items_listed");
                shape.items.1 += number("certain_listed");
            }
        }
    }

    /// All shapes together.
    pub fn all(&self) -> Shape {
        let mut all = Shape::default();
        for shape in self.shapes.values() {
            all.tenants += shape.tenants;
            all.hostile += shape.hostile;
            let pairs = [
                (&mut all.warranted, shape.warranted),
                (&mut all.flagged, shape.flagged),
                (&mut all.items, shape.items),
            ];
            for (sum, one) in pairs {
                *sum = (sum.0 + one.0, sum.1 + one.1);
            }
            all.found.0 += shape.found.0;
            all.found.1 += shape.found.1;
            all.found.2 += shape.found.2;
        }
        all
    }

    /// Upper bound of the share of ordinary sessions called hostile.
    pub fn accused95(&self) -> f64 {
        upper95(
            self.of_name("false_hostile"),
            self.of_name("ordinary_sessions"),
        )
    }

    /// The same bound where log-ins are counted and not sessions.
    pub fn accused95_of_logins(&self) -> f64 {
        upper95(self.of_name("false_hostile"), self.of_name("logins"))
    }

    /// Suspect groups per 100 accounts and 30 days in clean tenants.
    pub fn groups(&self) -> f64 {
        share(
            self.of_name("clean_groups") * 3000,
            self.of_name("clean_account_days"),
        )
    }

    /// Share of suspect groups in entered tenants in which an intruder had a hand.
    pub fn precision(&self) -> f64 {
        let groups = self.of_name("entered_groups");
        share(
            groups - self.of_name("entered_false_groups").min(groups),
            groups,
        )
    }

    /// The numbers as JSON.
    pub fn json(&self) -> Value {
        let shapes: Vec<Value> = self
            .shapes
            .iter()
            .map(|((shape, ids), of)| {
                let mut value = shape_json(of);
                value["shape"] = json!(shape);
                value["ids"] = json!(ids);
                value
            })
            .collect();
        json!({
            "all": shape_json(&self.all()),
            "shapes": shapes,
            "counts": self.n,
            "ordinary_called_hostile_upper95": self.accused95(),
            "ordinary_called_hostile_upper95_of_log_ins": self.accused95_of_logins(),
            "suspect_groups_per_100_accounts_30_days": self.groups(),
            "suspect_group_precision": self.precision(),
            "clean_suspect_rows": self.suspect_rows,
            "damaged_and_named_seconds": self.damage,
            "clean_tenants_account_days_groups_by_twin": self.twins,
            "clean_tenants_account_days_groups_by_accounts": self.sizes,
        })
    }
}

fn shape_json(shape: &Shape) -> Value {
    json!({
        "tenants": shape.tenants,
        "hostile_in_truth": shape.hostile,
        "warranted_hostile": shape.warranted.0,
        "warranted_hostile_found": shape.warranted.1,
        "warranted_listed": shape.flagged.0,
        "warranted_listed_found": shape.flagged.1,
        "found_hostile": shape.found.0,
        "found_listed": shape.found.1,
        "missed": shape.found.2,
        "items_of_listed_undamaged": shape.items.0,
        "items_certain": shape.items.1,
    })
}

/// A share; 1 where there was nothing to take one of.
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_add_up() {
        let session = |warranted: &str, found: &str| json!({"warranted": warranted, "found": found, "items_listed": 10, "certain_listed": 9});
        let rows = [
            json!({"shape": "storm", "ids": "none", "damage": [], "accounts": 10, "days": 30, "ordinary_sessions": 100, "groups": 2, "false_groups": [{"rows": [11]}],
                "sessions": [session("hostile", "hostile"), session("hostile", "suspect"), session("suspect", "none"), session("ordinary", "none")]}),
            json!({"shape": "none", "ids": "none", "damage": ["hours"], "accounts": 20, "days": 30, "ordinary_sessions": 200, "groups": 1, "false_groups": [{"rows": [3]}],
                "false_hostile": [{}], "gaps": {"named": 20, "damaged": 10, "both": 8}}),
        ];
        let sum = Sum::of(&rows);
        let all = sum.all();
        assert_eq!(
            (all.hostile, all.warranted, all.flagged),
            (4, (2, 1), (3, 2))
        );
        assert_eq!((all.found, all.items), ((1, 2, 2), (20, 18)));
        assert_eq!(sum.of_name("ordinary_sessions"), 300);
        assert_eq!(
            (sum.of_name("clean_accused"), sum.of_name("false_hostile")),
            (1, 1)
        );
        assert!((sum.groups() - 5.0).abs() < 1e-9 && (sum.precision() - 0.5).abs() < 1e-9);
        assert_eq!(sum.of_name("gap_named"), 20);
    }
}
