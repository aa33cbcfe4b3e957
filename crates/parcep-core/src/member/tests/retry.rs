//! A model of bad luck: requests and answers get lost, others win the race, devices restart at any
//! step. Whatever happens, a document is written once.

use super::disk::Disk;
use super::*;
use std::collections::BTreeMap;

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Luck {
    Good,
    RequestLost,
    AnswerLost,
    RestartBefore,
    RestartAfter,
}

/// Numbers of one seed, enough to choose by.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn luck(&mut self) -> Luck {
        match self.roll(12) {
            0 | 1 => Luck::RequestLost,
            2 | 3 => Luck::AnswerLost,
            4 => Luck::RestartBefore,
            5 => Luck::RestartAfter,
            _ => Luck::Good,
        }
    }
}

/// A device with its disk, and what its person wanted to be written.
struct Player {
    member: Member,
    disk: Disk,
    wanted: BTreeMap<DocumentId, Draft>,
    told: Vec<DocumentId>,
}

impl Player {
    fn want(&mut self, draft: Draft) {
        self.wanted.insert(draft.document_id, draft.clone());
        self.member.append(draft);
    }

    /// What was not told to stand is appended again, under its old id.
    fn restart(&mut self) {
        self.member = self.disk.restart(&self.member);
        for (id, draft) in &self.wanted {
            if !self.told.contains(id) {
                self.member.append(draft.clone());
            }
        }
    }

    fn step(&mut self, relay: &mut Relay, dice: &mut Dice, random: &mut Counter) {
        let mut next = self.member.poll(10, random).unwrap();
        while let Some(call) = next.take() {
            let luck = dice.luck();
            if luck == Luck::RestartBefore {
                return self.restart();
            }
            let reply = match luck {
                Luck::RequestLost => Err(Refusal::Unknown),
                _ => relay.serve(&call),
            };
            if luck == Luck::RestartAfter {
                return self.restart();
            }
            let reply = match luck {
                Luck::AnswerLost => Err(Refusal::Unknown),
                _ => reply,
            };
            let reply = reply.as_deref().map_err(|refusal| *refusal);
            next = self.member.receive(reply, 10, random);
        }
        while let Some(event) = self.member.next_event() {
            self.disk.obey(&event, &mut self.member);
            match event {
                Event::Appended(id, _) => self.told.push(id),
                Event::NotAppended(id, Reason::StaleHead) => {
                    // Its person says yes once more.
                    let draft = self.wanted[&id].clone();
                    self.member.append(draft);
                }
                Event::NotAppended(id, reason) => panic!("{id}: {reason:?}"),
                _ => {}
            }
        }
    }
}

/// How many entries of the relay hold each document.
fn written(relay: &Relay, member: &Member) -> BTreeMap<DocumentId, usize> {
    let household = member.household().unwrap();
    let mut found = BTreeMap::new();
    for entry in &relay.entries {
        let entry = Entry::try_from(entry.clone()).unwrap();
        let header = household.signed_header(&entry, member.keyring(), &member.identity().sealing);
        if let Some(header) = header {
            *found.entry(header.document_id).or_insert(0) += 1;
        }
    }
    found
}

/// R-LOG-011, R-DOC-017, R-DOC-021
#[test]
fn whatever_gets_lost_a_document_is_written_once() {
    let mut stale = 0;
    for seed in 1..120u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let mut random = Counter(seed * 1_000_000);
        let mut house = House::with(seed % 7 * 100_000);
        let twin = twin_of(&house);
        let disk = Disk::of(&house.relay, &twin);
        let mut drafts: Vec<_> = (0..4u8).map(|text| house.draft(&[text])).collect();
        let House {
            founder, mut relay, ..
        } = house;
        relay.told.clear();
        let player = |member, disk| Player {
            member,
            disk,
            wanted: BTreeMap::new(),
            told: Vec::new(),
        };
        let mut players = [player(founder, disk.clone()), player(twin, disk)];
        for (index, draft) in drafts.drain(..).enumerate() {
            players[index % 2].want(draft);
        }
        let done = |players: &[Player; 2]| players.iter().all(|p| p.told.len() == p.wanted.len());
        let mut steps = 0;
        while !done(&players) {
            let who = dice.roll(2) as usize;
            players[who].step(&mut relay, &mut dice, &mut random);
            steps += 1;
            assert!(steps < 5_000, "seed {seed} does not come to rest");
        }
        for player in &mut players {
            player.member.sync();
            player.disk.drive(&mut relay, &mut player.member, 10);
            assert_eq!(player.member.distrusted(), None, "seed {seed}");
        }
        let [one, other] = &players;
        assert_eq!(one.member.head(), other.member.head(), "seed {seed}");
        assert_eq!(one.member.household().unwrap().live().count(), 4);
        assert_eq!(one.member.household().unwrap().without_effect(), 0);
        let found = written(&relay, &one.member);
        for id in one.wanted.keys().chain(other.wanted.keys()) {
            assert_eq!(found.get(id), Some(&1), "seed {seed}");
        }
        assert_eq!(relay.entries.len(), 5, "genesis and four documents");
        let appends = relay.told.iter().filter(|c| c.method == Method::Append);
        stale += appends.count() - 4;
    }
    assert!(stale > 150, "only {stale} appends were made again");
}
