//! Made-up hosts, as long as those of real lists.

use std::collections::BTreeSet;

use crate::dice::Dice;

const ENDS: [&str; 12] = [
    "com", "com", "com", "com", "net", "org", "co.uk", "de", "io", "xyz", "info", "com.br",
];
const FRONTS: [&str; 8] = [
    "ads", "track", "cdn", "m", "static", "stats", "img", "pixel",
];

/// This many different hosts: 6 to 19 letters and digits before the end, every third with a label
/// in front. About 19 characters, 2 to 4 labels.
#[must_use]
pub fn listed(count: usize) -> Vec<String> {
    let mut dice = Dice::new(99);
    let mut hosts = BTreeSet::new();
    while hosts.len() < count {
        let site = site(&mut dice);
        hosts.insert(match dice.roll(3) {
            0 => format!("{}{}.{site}", dice.one_of(&FRONTS), dice.roll(100)),
            _ => site,
        });
    }
    hosts.into_iter().collect()
}

/// Hosts to ask for: a quarter as listed, a quarter below a listed one, half elsewhere.
#[must_use]
pub fn asked(listed: &[String], count: usize) -> Vec<String> {
    let mut dice = Dice::new(7);
    let mut ask = |number: usize| match number % 4 {
        0 => dice.one_of(listed).clone(),
        1 => format!("www.{}", dice.one_of(listed)),
        2 => format!("www.not-{}", site(&mut dice)),
        _ => format!("cdn.img{}.not-{}", dice.roll(100), site(&mut dice)),
    };
    (0..count).map(&mut ask).collect()
}

fn site(dice: &mut Dice) -> String {
    let letters = b"abcdefghijklmnopqrstuvwxyzaeiouaeioustrnl0123456789-";
    let name: Vec<u8> = (0..6 + dice.roll(14))
        .map(|_| *dice.one_of(letters))
        .collect();
    let name = String::from_utf8(name).unwrap();
    format!("{}.{}", name.trim_matches('-'), dice.one_of(&ENDS))
}
