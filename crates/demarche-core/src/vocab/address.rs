//! Network addresses as logs write them, and the networks they lie in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address with the port a log may add.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The address; IPv4 in IPv6 is unwrapped.
    pub host: IpAddr,
    /// The port, where the record had one.
    pub port: Option<u16>,
}

/// The neighbourhood of an address: /24 for IPv4, /48 for IPv6 (semantics §6.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network(pub IpAddr);

impl Address {
    /// Reads the five shapes of semantics §1.13; `None` for anything else.
    pub fn parse(text: &str) -> Option<Address> {
        let text = text.trim();
        if let Ok(host) = text.parse::<IpAddr>() {
            return Some(Address {
                host: unmapped(host),
                port: None,
            });
        }
        if let Some(rest) = text.strip_prefix('[') {
            let (host, port) = rest.split_once(']')?;
            let port = port.strip_prefix(':').and_then(|p| p.parse().ok());
            return Some(Address {
                host: unmapped(host.parse().ok()?),
                port,
            });
        }
        let (host, port) = text.split_once(':')?;
        let host: Ipv4Addr = host.parse().ok()?;
        Some(Address {
            host: IpAddr::V4(host),
            port: Some(port.parse().ok()?),
        })
    }

    /// Whether the address can be an outside actor: loopback, private and link-local cannot.
    pub fn is_outside(&self) -> bool {
        match self.host {
            IpAddr::V4(v4) => {
                !(v4.is_loopback() || v4.is_private() || v4.is_link_local() || v4.is_unspecified())
            }
            IpAddr::V6(v6) => {
                !(v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_unique_local()
                    || v6.is_unicast_link_local())
            }
        }
    }

    /// The network the address lies in.
    pub fn network(&self) -> Network {
        Network::of(self.host)
    }
}

impl Network {
    /// The /24 or /48 around an address.
    pub fn of(host: IpAddr) -> Network {
        match host {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                Network(IpAddr::V4(Ipv4Addr::new(a, b, c, 0)))
            }
            IpAddr::V6(v6) => {
                let s = v6.segments();
                Network(IpAddr::V6(Ipv6Addr::new(s[0], s[1], s[2], 0, 0, 0, 0, 0)))
            }
        }
    }
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = if self.0.is_ipv4() { 24 } else { 48 };
        write!(f, "{}/{width}", self.0)
    }
}

/// A block of addresses in CIDR form, for lists of known networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Block {
    base: u128,
    width: u8,
    v4: bool,
}

impl Block {
    /// Reads `203.0.113.0/24` or `2001:db8::/32`; a bare address is a block of one.
    pub fn parse(text: &str) -> Option<Block> {
        let (host, width) = match text.trim().split_once('/') {
            Some((host, width)) => (host.parse().ok()?, Some(width.parse::<u8>().ok()?)),
            None => (text.trim().parse().ok()?, None),
        };
        let (bits, v4) = bits_of(host);
        let most = if v4 { 32 } else { 128 };
        let width = width.unwrap_or(most);
        if width > most {
            return None;
        }
        Some(Block {
            base: masked(bits, width, most),
            width,
            v4,
        })
    }

    /// Whether the block holds the address.
    pub fn holds(&self, host: IpAddr) -> bool {
        let (bits, v4) = bits_of(unmapped(host));
        let most = if v4 { 32 } else { 128 };
        v4 == self.v4 && masked(bits, self.width, most) == self.base
    }
}

impl std::fmt::Display for Block {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let host = match u32::try_from(self.base) {
            Ok(base) if self.v4 => IpAddr::V4(base.into()),
            _ => IpAddr::V6(self.base.into()),
        };
        write!(f, "{host}/{}", self.width)
    }
}

fn bits_of(host: IpAddr) -> (u128, bool) {
    match host {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)), true),
        IpAddr::V6(v6) => (u128::from(v6), false),
    }
}

fn masked(bits: u128, width: u8, most: u8) -> u128 {
    let drop = u32::from(most - width);
    if drop >= 128 { 0 } else { bits >> drop << drop }
}

fn unmapped(host: IpAddr) -> IpAddr {
    match host {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(host, IpAddr::V4),
        IpAddr::V4(_) => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_shapes_of_logs() {
        let read = |text: &str| Address::parse(text).map(|a| (a.host.to_string(), a.port));
        assert_eq!(
            read("203.0.113.9:443"),
            Some(("203.0.113.9".into(), Some(443)))
        );
        assert_eq!(
            read("[2001:db8::5]:6123"),
            Some(("2001:db8::5".into(), Some(6123)))
        );
        assert_eq!(read("2001:db8::5"), Some(("2001:db8::5".into(), None)));
        assert_eq!(
            read("::ffff:203.0.113.9"),
            Some(("203.0.113.9".into(), None))
        );
        assert_eq!(read(""), None);
        assert_eq!(read("<null>"), None);
        assert!(
            !Address {
                host: "::1".parse().unwrap(),
                port: None
            }
            .is_outside()
        );
    }

    #[test]
    fn blocks_hold_their_own() {
        let block = Block::parse("2603:1000::/24").unwrap();
        assert!(block.holds("2603:10a6:10::1".parse().unwrap()));
        assert!(!block.holds("2604::1".parse().unwrap()));
        assert!(
            Block::parse("0.0.0.0/0")
                .unwrap()
                .holds("203.0.113.9".parse().unwrap())
        );
        assert!(Block::parse("1.2.3.4/33").is_none());
        for text in ["203.0.113.0/24", "2603:1000::/24", "203.0.113.9/32", "::/0"] {
            assert_eq!(Block::parse(text).unwrap().to_string(), text);
        }
    }
}
