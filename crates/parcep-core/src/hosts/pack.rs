//! Hosts in two thirds of their length: three characters in 16 bits, from the end.
//!
//! A host has 39 different characters (R-POL-012), and 40 × 40 × 40 is below 65 536. Packing
//! begins at the end, so that a host above another needs no packing of its own.

/// Number of a character, 1 to 39; 0 for one that no host has.
const fn number(byte: u8) -> u16 {
    (match byte {
        b'a'..=b'z' => byte - b'a' + 1,
        b'0'..=b'9' => byte - b'0' + 27,
        b'-' => 37,
        b'_' => 38,
        b'.' => 39,
        _ => 0,
    }) as u16
}

#[expect(clippy::indexing_slicing, reason = "done by the compiler")]
const NUMBERS: [u16; 256] = {
    let mut numbers = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        numbers[byte] = number(byte as u8);
        byte += 1;
    }
    numbers
};

const CHARACTERS: &[u8; 40] = b"\0abcdefghijklmnopqrstuvwxyz0123456789-_.";

/// How many units a host of this many bytes takes.
pub(super) const fn units(bytes: usize) -> usize {
    bytes.div_ceil(3)
}

/// The units of a host, from its end.
pub(super) fn pack(host: &[u8]) -> impl Iterator<Item = u16> {
    host.rchunks(3).map(unit)
}

/// Whether packed bytes are this host.
#[inline]
pub(super) fn is(packed: &[u8], host: &[u8]) -> bool {
    let (stored, rest) = packed.as_chunks::<2>();
    rest.is_empty()
        && stored.len() == units(host.len())
        && stored
            .iter()
            .zip(pack(host))
            .all(|(stored, unit)| u16::from_le_bytes(*stored) == unit)
}

/// The host; `None` if the bytes were not made by [`pack`].
pub(super) fn unpack(packed: &[u8]) -> Option<String> {
    let (stored, rest) = packed.as_chunks::<2>();
    let mut text = Vec::with_capacity(stored.len() * 3);
    for unit in stored.iter().map(|stored| u16::from_le_bytes(*stored)) {
        for number in [unit / 1600, unit / 40 % 40, unit % 40] {
            text.push(*CHARACTERS.get(usize::from(number))?);
        }
    }
    // Only the last unit may lack characters, and never all of them.
    let missing = text.iter().rev().take(2).take_while(|byte| **byte == 0);
    text.truncate(text.len() - missing.count());
    text.reverse();
    let whole = rest.is_empty() && !text.is_empty() && !text.contains(&0);
    String::from_utf8(text).ok().filter(|_| whole)
}

/// Up to three characters, the last of them first.
#[inline(always)]
fn unit(characters: &[u8]) -> u16 {
    let number = |byte: u8| {
        // Every byte has its row.
        NUMBERS.get(usize::from(byte)).copied().unwrap_or(0)
    };
    match characters {
        [one, two, three] => number(*three) * 1600 + number(*two) * 40 + number(*one),
        [one, two] => number(*two) * 1600 + number(*one) * 40,
        [one] => number(*one) * 1600,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(host: &str) -> Vec<u8> {
        pack(host.as_bytes()).flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn what_is_packed_unpacks_to_itself_and_is_no_other() {
        let hosts = [
            "a",
            "ab",
            "abc",
            "abcd",
            "0-_.z",
            "www.example.co.uk",
            "-",
            "9",
            "z.z.z",
        ];
        for host in hosts {
            assert_eq!(unpack(&packed(host)).as_deref(), Some(host));
            for other in hosts {
                assert_eq!(
                    is(&packed(host), other.as_bytes()),
                    host == other,
                    "{host} {other}"
                );
            }
        }
    }

    #[test]
    fn bytes_that_no_host_packs_to_do_not_unpack() {
        for wrong in [
            &[0, 0][..],
            &[1],
            &[],
            &[0xff, 0xff],
            &[41, 0],
            &[64, 6, 0, 0],
        ] {
            assert_eq!(unpack(wrong), None, "{wrong:?}");
        }
    }
}
