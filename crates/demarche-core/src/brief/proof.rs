//! What proves the brief: the place of the evidence log, empty until it is sealed.

/// The proof block of `brief.json`: it differs between cases by design.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Which log; empty until sealed.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// Root of its tree, in hex.
    pub root: String,
    /// The signed checkpoint, as text.
    pub checkpoint: String,
    /// Id of the key that signed it, in hex.
    pub key_id: String,
    /// The verifier key, as text; a checker takes it from elsewhere.
    pub verifier_key: String,
}
