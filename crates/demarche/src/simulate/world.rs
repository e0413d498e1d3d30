//! What changes while the days pass: signed_in, tokens, what was read; and the record sink.

use std::net::IpAddr;

use crate::simulate::client::CLIENTS;
use crate::simulate::guid::Guid;
use crate::simulate::network::Network;
use crate::simulate::random::Random;
use crate::simulate::sink::Sink;
use crate::simulate::tenant::{Tenant, path};

/// The tenant, its state on the current day, and its records.
#[derive(Debug)]
pub struct World {
    /// What does not change.
    pub tenant: Tenant,
    /// One state per person.
    pub states: Vec<State>,
    /// Records not exported yet.
    pub sink: Sink,
    /// Ordinary sessions so far: signed_in that were used.
    pub n_sessions: u64,
}

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// Its network.
    pub network: Network,
    /// Its address.
    pub address: IpAddr,
}

impl Origin {
    /// Host `host` of a network.
    #[must_use]
    pub fn new(network: Network, host: u64) -> Self {
        Self {
            network,
            address: network.address(host),
        }
    }
}

/// An access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Its identifier, also that of the sign-in row that issued it.
    pub id: Guid,
    /// When it was issued.
    pub issued: i64,
    /// When it ends.
    pub expires: i64,
}

/// A login on one device: everything issued from it carries its session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Session identifier.
    pub session: Guid,
    /// When the person must sign in again.
    pub renew_at: i64,
    /// Whether it was used since the logs begin.
    pub used: bool,
    /// The current token of each program.
    pub tokens: [Option<Token>; CLIENTS.len()],
}

/// Renewals that the sign-in log shows as one row until `until` (semantics §4.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// Application and address, as one number.
    pub key: u64,
    /// When the next row may be written.
    pub until: i64,
}

/// What is remembered of one person.
#[derive(Debug, Clone)]
pub struct State {
    /// Logins on computer, browser and telephone.
    pub signed_in: [SignedIn; 3],
    /// Tokens of third-party applications: application index and token.
    pub app_tokens: Vec<(usize, Token)>,
    /// Session of third-party applications.
    pub app_session: Guid,
    /// Renewals grouped at the moment.
    pub groups: Vec<Group>,
    /// The next message not yet read.
    pub next_unread: u64,
    /// Wrong passwords that the next sign-in begins with.
    pub mistakes: i64,
}

impl World {
    /// The tenant on the eve of its first day.
    #[must_use]
    pub fn new(tenant: Tenant) -> Self {
        let from = tenant.options.from();
        let states = tenant
            .people
            .iter()
            .map(|person| {
                let mut random = Random::new(
                    tenant.options.seed,
                    &[path::PERSON, u64::from(person.index), 1],
                );
                State {
                    signed_in: std::array::from_fn(|device| SignedIn {
                        session: random.guid(),
                        renew_at: from
                            + random.between(0, signed_in_days(device)) * 86_400
                            + 30_000,
                        used: false,
                        tokens: [None; CLIENTS.len()],
                    }),
                    app_tokens: Vec::new(),
                    app_session: random.guid(),
                    groups: Vec::new(),
                    mistakes: 0,
                    next_unread: tenant.mailboxes[person.index as usize].stock,
                }
            })
            .collect();
        Self {
            tenant,
            states,
            sink: Sink::default(),
            n_sessions: 0,
        }
    }
}

/// Days that a login lasts at most on a device: browsers ask more often.
#[must_use]
pub fn signed_in_days(device: usize) -> i64 {
    if device == crate::simulate::people::BROWSER {
        12
    } else {
        75
    }
}
