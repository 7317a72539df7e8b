//! Lines in datagrams: how they are packed, and where they go.

mod socket;
mod units;

pub(crate) use socket::{Socket, Target};
pub(crate) use units::Units;

/// The longest datagram there is: what UDP over IPv4 has room for.
pub(crate) const LONGEST: usize = 65_507;

/// What an Ethernet frame has room for behind the headers of IPv4 and UDP and those of a tunnel.
pub(crate) const FRAME: usize = 1432;
