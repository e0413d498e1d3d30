//! Where an event came from: address, network, and whether that can be outside.

use std::net::IpAddr;

use crate::event::event::Event;
use crate::tenant::lists::Lists;
use crate::vocab::address::{Address, Network};

/// A place on the network, as coarse as first-seen tables need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The /24 or /48 around an address.
    Network(Network),
    /// The number of the network's operator (ASN).
    Number(u32),
}

/// Where one event came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct From {
    /// The address, where one is stated that can be an outside actor.
    pub host: Option<IpAddr>,
    /// The network's number, 0 where none is stated.
    pub number: u32,
    /// Whether the address belongs to the provider.
    pub relayed: bool,
}

impl From {
    /// Reads where an event came from.
    pub fn of(event: &Event<'_>, lists: &Lists) -> From {
        let address = Address::parse(&event.address)
            .filter(|address| event.marks.peer || address.is_outside());
        let host = address.map(|address| address.host);
        From {
            host,
            number: event.network_number,
            relayed: event.marks.relay || host.is_some_and(|host| lists.is_relay(host)),
        }
    }

    /// The address, unless the provider relayed.
    pub fn actor_host(&self) -> Option<IpAddr> {
        self.host.filter(|_| !self.relayed)
    }

    /// The network, unless the provider relayed.
    pub fn network(&self) -> Option<Network> {
        self.actor_host().map(Network::of)
    }

    /// The places that first-seen tables are kept for; none for relays.
    pub fn origins(&self) -> impl Iterator<Item = Origin> {
        let network = self.network().map(Origin::Network);
        let number = Some(self.number)
            .filter(|number| *number != 0 && self.network().is_some())
            .map(Origin::Number);
        network.into_iter().chain(number)
    }
}

/// Whether two networks can be said to be unrelated (row 3).
///
/// Known operators decide; else the two must be of one family and differ in their first
/// sixteen (IPv4) or thirty-two (IPv6) bits. One device often has an address of each family.
pub fn unrelated(one: (Network, u32), other: (Network, u32)) -> bool {
    if one.0 == other.0 {
        return false;
    }
    if one.1 != 0 && other.1 != 0 {
        return one.1 != other.1;
    }
    match (one.0.0, other.0.0) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.octets()[..2] != b.octets()[..2],
        (IpAddr::V6(a), IpAddr::V6(b)) => a.segments()[..2] != b.segments()[..2],
        _ => false,
    }
}
