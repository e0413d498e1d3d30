//! Nothing but tests: `cargo test --manifest-path crates/demarche-evidence/differential/Cargo.toml`.
