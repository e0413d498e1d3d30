//! Networks that people, providers and intruders come from, and their addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::simulate::random::{Random, mix};

/// A place as sign-in records name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Two-letter country.
    pub country: &'static str,
    /// City.
    pub city: &'static str,
    /// State or province.
    pub state: &'static str,
    /// Latitude and longitude, in hundredths of a degree.
    pub at: (i32, i32),
    /// Minutes ahead of UTC, the same all year: the simulated tenant knows no summer time.
    pub offset_minutes: i64,
}

const fn place(
    country: &'static str,
    city: &'static str,
    state: &'static str,
    at: (i32, i32),
    offset_minutes: i64,
) -> Place {
    Place {
        country,
        city,
        state,
        at,
        offset_minutes,
    }
}

/// Places where offices are, where people travel, and where proxies stand.
pub const PLACES: [Place; 12] = [
    place(
        "US",
        "Washington",
        "District Of Columbia",
        (3890, -7703),
        -300,
    ),
    place("GB", "London", "London, City Of", (5151, -12), 0),
    place("DE", "Berlin", "Berlin", (5252, 1340), 60),
    place(
        "AU",
        "Canberra",
        "Australian Capital Territory",
        (-3528, 14913),
        600,
    ),
    place("FR", "Lyon", "Rhone", (4576, 483), 60),
    place("JP", "Tokyo", "Tokyo", (3568, 13969), 540),
    place("US", "Denver", "Colorado", (3973, -10499), -420),
    place("BR", "Sao Paulo", "Sao Paulo", (-2355, -4663), -180),
    place("IN", "Pune", "Maharashtra", (1852, 7385), 330),
    place("ZA", "Cape Town", "Western Cape", (-3392, 1842), 120),
    place("NL", "Amsterdam", "Noord-Holland", (5237, 489), 60),
    place("SG", "Singapore", "Central Singapore", (128, 10383), 480),
];

/// One network: a block of addresses, its autonomous system and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    block: u32,
    /// Its number, when its addresses must be those of documentation.
    documented: Option<u16>,
    /// Autonomous system number; from the private range of RFC 6996, so it names nobody.
    pub system: u32,
    /// Where it is.
    pub place: &'static Place,
    /// Whether its clients come with IPv6 addresses.
    pub six: bool,
}

/// Hands out networks, none twice within a tenant.
#[derive(Debug)]
pub struct Allocator {
    next: u32,
    salt: u32,
    documented: bool,
}

/// First octets of blocks that are not routed on the internet for ordinary users, so that no
/// simulated address is anybody's home.
const FIRST_OCTETS: [u32; 8] = [11, 21, 22, 26, 28, 29, 30, 7];

impl Allocator {
    /// An allocator for one tenant.
    #[must_use]
    pub fn new(seed: u64, documented: bool) -> Self {
        Self {
            next: 0,
            salt: (mix(seed, 0x6e65_7477) >> 32) as u32,
            documented,
        }
    }

    /// A network never handed out before: its /16 is its own.
    pub fn network(&mut self, place: &'static Place, six: bool) -> Network {
        let number = self.next;
        self.next += 1;
        let first = FIRST_OCTETS[(number % 8) as usize];
        let second = (number / 8 * 37 + self.salt) & 0xff;
        Network {
            block: first << 24 | second << 16,
            documented: self.documented.then_some(number as u16),
            system: 64_512 + (number + self.salt % 500) % 1022,
            place,
            six,
        }
    }
}

impl Network {
    /// The address of one host in it; the same host has the same address.
    #[must_use]
    pub fn address(&self, host: u64) -> IpAddr {
        let host = mix(u64::from(self.block), host);
        if let Some(number) = self.documented {
            return documented(number, host);
        }
        if self.six {
            // RFC 9637: 3fff::/20 is set aside for documentation.
            let number = (self.block >> 24 & 7) << 8 | (self.block >> 16 & 0xff);
            let high = 0x3fff_0000_0000_0000 | u64::from(number) << 32 | (host >> 48 & 0xff00);
            return IpAddr::V6(Ipv6Addr::from(u128::from(high) << 64 | u128::from(host)));
        }
        // Some thirty blocks of /24 are in use, as behind a provider's or carrier's way out.
        let low = (host & 0x1fff) as u32;
        // Neither network nor broadcast address of a /24.
        let last = (low & 0xff).clamp(1, 254);
        IpAddr::V4(Ipv4Addr::from(self.block | (low & 0xff00) | last))
    }
}

/// An address set aside for documentation (RFC 5737, RFC 3849), for what is committed.
///
/// Three blocks of version 4 are all there are; the other networks are of version 6.
fn documented(number: u16, host: u64) -> IpAddr {
    let last = (host & 0xff).clamp(1, 254) as u8;
    let groups = [
        0x2001,
        0xdb8,
        number,
        (host >> 48) as u16,
        0,
        0,
        0,
        (host & 0xffff) as u16,
    ];
    match number {
        0 => IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)),
        1 => IpAddr::V4(Ipv4Addr::new(198, 51, 100, last)),
        5 => IpAddr::V4(Ipv4Addr::new(203, 0, 113, last)),
        _ => IpAddr::V6(Ipv6Addr::from(groups)),
    }
}

/// An address of the provider's relays and back ends (semantics §1.13).
///
/// Its older readers come now and then from blocks that the provider also rents to customers.
pub fn provider(random: &mut Random, old: bool) -> IpAddr {
    let n = random.draw();
    let (a, b) = ((n & 0xff) as u8, ((n >> 8) & 0xff) as u8);
    match n >> 60 {
        0..=2 => IpAddr::V4(Ipv4Addr::new(20, 190, 128 + (a & 63), b.max(1))),
        3..=5 => IpAddr::V4(Ipv4Addr::new(40, 126, a & 63, b.max(1))),
        6 | 7 if old => IpAddr::V4(Ipv4Addr::new(20, 54, a, b.max(1))),
        _ => {
            let host = (n >> 24 & 0xff) as u16;
            let groups = [
                0x2603,
                0x10a6,
                0x800 | u16::from(a),
                host,
                0,
                0,
                0,
                u16::from(b),
            ];
            IpAddr::V6(Ipv6Addr::from(groups))
        }
    }
}

/// A relay address of the kind an interactive Graph caller is shown with.
pub fn relay(random: &mut Random) -> IpAddr {
    let n = random.draw();
    let (a, b) = ((n & 63) as u8, ((n >> 8) & 0xff) as u8);
    if n >> 63 == 0 {
        IpAddr::V4(Ipv4Addr::new(20, 190, 128 + a, b.max(1)))
    } else {
        IpAddr::V4(Ipv4Addr::new(40, 126, a, b.max(1)))
    }
}
