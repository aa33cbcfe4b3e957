//! A guardian comes back with a printed page, in everybody's sight.

use super::family::{NOT_PERMITTED, Person, WEEK};
use super::permission::Home;
use super::*;
use crate::consent::MAX_OPEN_EACH;
use crate::consent::{Act, Cancel, Completion, Proposal};
use crate::recovery::RecoverySecret;

struct Lost {
    home: Home,
    new: Person,
}

impl Lost {
    fn new() -> Self {
        Self {
            home: Home::new(),
            new: Person::new(80),
        }
    }

    fn page(&mut self, payload: PayloadType, bytes: &[u8]) -> Outcome {
        let key = SigningKey::from_seed(*self.home.page.signing.expose_seed()).unwrap();
        let by = (self.home.page.device, &key);
        self.home.family.signs(by, payload, bytes)
    }

    /// A new phone beside the page, in the place of what was lost.
    fn set(&self) -> PrincipalDevices {
        PrincipalDevices {
            principal: self.home.family.people[0].id,
            devices: vec![self.new.phone(), self.home.listed_page()],
        }
    }

    fn proposes(&mut self) -> (Proposal, (u64, Hash)) {
        let proposal = self.home.family.proposal(Act::Devices(self.set()));
        let outcome = self.page(PayloadType::Proposal, &proposal.encode());
        assert!(
            matches!(outcome, Outcome::Effect(Effect::Proposed(_))),
            "{outcome:?}"
        );
        (proposal, self.home.family.head())
    }

    fn completes(&mut self, proposal: &Proposal, head: (u64, Hash), seconds: i64) -> Outcome {
        let proof = self.home.family.week(head, seconds);
        let effect = Completion {
            proposal: proposal.hash(self.home.family.log_id()),
            proof: proof.into_iter().map(Some).collect(),
        };
        self.page(PayloadType::Effect, &effect.encode())
    }
}

#[test]
fn a_page_puts_new_devices_in_the_place_of_lost_ones_after_a_week() {
    // R-CONS-019, R-CONS-008, R-MEM-004
    let mut lost = Lost::new();
    let (proposal, head) = lost.proposes();
    let open = lost.home.family.household().proposals().next().unwrap();
    assert!(open.begun.recovery);
    assert_eq!(open.announced, Some(head.0));
    assert_eq!(lost.completes(&proposal, head, WEEK - 1), NOT_PERMITTED);
    let who = lost.home.family.people[0].id;
    assert_eq!(
        lost.completes(&proposal, head, WEEK),
        Outcome::Effect(Effect::Devices(who))
    );
    let household = lost.home.family.household();
    assert_eq!(household.principal_of(lost.new.device), Some(who));
    assert_eq!(household.key_of(lost.home.family.people[0].device), None);
    assert!(household.needs_epoch());
}

#[test]
fn a_live_phone_stops_it_and_so_does_the_page_and_nobody_else() {
    // R-CONS-010, R-CONS-019
    for (who, stops) in [(Some(0), true), (Some(2), false), (None, true)] {
        let mut lost = Lost::new();
        let (proposal, head) = lost.proposes();
        let cancel = Cancel {
            proposal: proposal.hash(lost.home.family.log_id()),
            proof: vec![],
        };
        let outcome = match who {
            Some(who) => lost.home.family.cancels(who, &proposal, vec![]),
            None => lost.page(PayloadType::Cancel, &cancel.encode()),
        };
        assert_eq!(
            matches!(outcome, Outcome::Effect(Effect::Cancelled(_))),
            stops,
            "{who:?}"
        );
        let outcome = lost.completes(&proposal, head, WEEK);
        assert_eq!(matches!(outcome, Outcome::Effect(_)), !stops, "{who:?}");
    }
}

#[test]
fn a_page_does_nothing_else() {
    // R-CONS-019
    let mut lost = Lost::new();
    let set = lost.set().encode();
    assert_eq!(
        lost.page(PayloadType::PrincipalDevices, &set),
        NOT_PERMITTED,
        "not at once"
    );
    let others = PrincipalDevices {
        principal: lost.home.family.people[2].id,
        devices: vec![lost.new.phone()],
    };
    let childs = PrincipalDevices {
        principal: lost.home.family.founder.child,
        devices: vec![lost.new.phone()],
    };
    let none = PrincipalDevices {
        principal: lost.home.family.people[0].id,
        devices: vec![lost.home.listed_page()],
    };
    for (act, reason) in [
        (Act::Devices(others), Reason::NotPermittedByTable),
        (Act::Devices(childs), Reason::NotPermittedByTable),
        (Act::Devices(none), Reason::Malformed),
        (
            Act::Erase(lost.home.family.log_id()),
            Reason::NotPermittedByTable,
        ),
    ] {
        let proposal = lost.home.family.proposal(act);
        let outcome = lost.page(PayloadType::Proposal, &proposal.encode());
        assert_eq!(outcome, Outcome::NoEffect(reason));
    }
    let layer = lost.page(PayloadType::PolicyLayer, b"rules");
    assert_eq!(layer, NOT_PERMITTED);
}

#[test]
fn a_change_of_the_devices_in_between_ends_it() {
    // R-CONS-004
    let mut lost = Lost::new();
    let (proposal, head) = lost.proposes();
    let own = lost.home.family.people[0].phone();
    let (who, page) = (lost.home.family.people[0].id, lost.home.listed_page());
    lost.home.devices(who, vec![own, page]);
    assert_eq!(lost.home.family.household().proposals().count(), 0);
    assert_eq!(lost.completes(&proposal, head, WEEK), NOT_PERMITTED);
}

#[test]
fn the_keys_of_a_page_are_wrapped_for_in_every_epoch() {
    // R-CONS-017, R-CONS-018
    let mut home = Home::new();
    let secret = RecoverySecret::generate(&mut Counter(9)).unwrap();
    let keys = secret.keys(home.family.log_id()).unwrap();
    let (who, own) = (home.family.people[0].id, home.family.people[0].phone());
    home.devices(who, vec![own, keys.listed()]);
    home.family.renews();
    let before = home.family.household().clone();
    let renewal = before.draw_epoch(own.id, &mut Counter(10)).unwrap();
    let wraps = renewal
        .wraps(before.log_id(), &before.audiences(), &mut Counter(11))
        .unwrap();
    let draft = home.family.founder.draft(
        PayloadType::Epoch,
        SectionKind::Epoch,
        &renewal.body().encode_to_vec(),
    );
    let mut all = home.family.founder.keyring.clone();
    all.extend(renewal.keyring());
    let founder = &mut home.family.founder;
    let author = Author {
        device: founder.device,
        key: &founder.signing,
    };
    let entry = SealedBody::seal(before.log_id(), draft, &wraps, &all, &mut founder.random)
        .unwrap()
        .at(founder.place(), author, &all, &mut founder.random)
        .unwrap();
    let mut as_page = Keyring::default();
    let outcome = before.clone().apply(&entry, &mut as_page, &keys.sealing);
    assert_eq!(outcome, Ok(Outcome::Effect(Effect::Epoch(true))));
    assert!(as_page.household(before.epoch() + 1).is_some());
}

/// Who has the lost phone begins as much as its owner may, and is then shut out at the relay: the page
/// could clear nothing of it away.
#[test]
fn proposals_of_a_stolen_phone_do_not_stand_in_the_way_of_the_page() {
    // R-CONS-027
    let mut lost = Lost::new();
    lost.home.family.layer(2);
    for n in 0..MAX_OPEN_EACH {
        let person = Person::new(100 + u8::try_from(n).unwrap());
        let point = EnforcementPoint {
            id: person.device,
            signing: person.signing.public(),
            sealing: person.sealing.public(),
            category: PepCategory::Tv,
            dependants: vec![lost.home.family.founder.child],
            capabilities: vec![],
            uncertain_time: Default::default(),
        };
        let family = &mut lost.home.family;
        family.writes(0, PayloadType::EnforcementPoint, &point.encode());
        let proposal = family.proposal(Act::RemoveEnforcementPoint(point.id));
        let outcome = family.proposes(0, &proposal);
        assert!(
            matches!(outcome, Outcome::Effect(Effect::Proposed(_))),
            "{outcome:?}"
        );
    }
    let (proposal, head) = lost.proposes();
    let open = lost.home.family.household().proposals().count();
    assert_eq!(open, MAX_OPEN_EACH + 1);
    // And a page has one at a time.
    let other = Act::Devices(PrincipalDevices {
        devices: vec![Person::new(81).phone(), lost.home.listed_page()],
        ..lost.set()
    });
    let other = lost.home.family.proposal(other);
    let outcome = lost.page(PayloadType::Proposal, &other.encode());
    assert_eq!(outcome, NOT_PERMITTED);
    let outcome = lost.completes(&proposal, head, WEEK);
    assert!(matches!(outcome, Outcome::Effect(_)), "{outcome:?}");
}
