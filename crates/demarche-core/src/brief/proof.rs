//! What proves the brief: the place of the evidence log, empty until it is sealed.

/// The proof block of `brief.json`: it differs between cases by design.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// The signed checkpoint, as text; empty until sealed.
    pub checkpoint: String,
    /// The verifier key, as text; empty until sealed.
    pub verifier_key: String,
}
