//! Lists handed in as values: relays, anonymisers, publishers, scopes.

use crate::vocab::address::Block;
use std::net::IpAddr;

/// What the judgement must be told by its caller, because no room after `source` knows vendors.
///
/// # Shape
/// Texts are compared in lower case. An empty list switches off what it feeds, and the test that
/// needed it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Version of these lists, printed beside what they decide.
    pub version: String,
    /// The provider's own relays, from the cards of the sources: they neither add nor subtract.
    pub relays: Vec<Block>,
    /// Anonymisers and hosting networks.
    pub anonymisers: Vec<Block>,
    /// Names of well known publishers and products that applications imitate.
    pub publishers: Vec<String>,
    /// Exact scope sets that known attack toolkits ask for.
    pub toolkits: Vec<Toolkit>,
    /// Scopes that reach content: mail, files, chats.
    pub content_scopes: Vec<String>,
    /// Scopes that every sign-in asks for; left out when scope sets are compared.
    pub plain_scopes: Vec<String>,
    /// Domains that are the organisation's own beside those of its accounts.
    pub own_domains: Vec<String>,
    /// Applications the provider itself publishes: a consent to one is no new application.
    pub own_applications: Vec<String>,
}

/// One known toolkit and the scope set its applications ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toolkit {
    /// Its name.
    pub name: String,
    /// Its scopes, without the plain ones.
    pub scopes: Vec<String>,
}

impl Lists {
    /// Whether an address is a relay of the provider.
    pub fn is_relay(&self, host: IpAddr) -> bool {
        self.relays.iter().any(|block| block.holds(host))
    }

    /// Whether an address lies in a listed anonymiser or hosting network.
    pub fn is_anonymiser(&self, host: IpAddr) -> bool {
        self.anonymisers.iter().any(|block| block.holds(host))
    }

    /// Whether a scope reaches content.
    pub fn reaches_content(&self, scope: &str) -> bool {
        let scope = scope.trim();
        self.content_scopes
            .iter()
            .any(|content| content.eq_ignore_ascii_case(scope))
    }
}
