//! One log, two stories: a relay's store was copied, and both copies went on.

use super::house::{DAY, NOON};
use jiff::Timestamp;
use parcep_client::agent::Agent;
use parcep_client::clock::ManualClock;
use parcep_client::guardian::{Begun, Founder, Guardian};
use parcep_client::{ClientError, Link, Store, Trust, forks};
use parcep_core::consent::Act;
use parcep_core::constitution::{Constitution, Dependant, Relay as Listed, YearMonth};
use parcep_core::decide::{Action, Context, Effect, Usage};
use parcep_core::epoch::PepCategory;
use parcep_core::id::PrincipalId;
use parcep_core::joining::JoinRequest;
use parcep_core::log::ForkProof;
use parcep_core::member::Event;
use parcep_core::policy::{
    AppId, AppRule, AppTarget, LayerAuthor, LocalTime, PolicyLayer, Profile, Weekdays, Window,
    WindowState,
};
use parcep_core::reason::Reason;
use parcep_core::time::State;
use parcep_server::store::redb::RedbStore;
use parcep_server::{Admission, Limits, Listener, Relay, Running, VirtualClock, start_relay};
use std::path::{Path, PathBuf};
use std::sync::Arc;

async fn relay(store: &Path, clock: &VirtualClock) -> Running {
    let store = Arc::new(RedbStore::open(store).unwrap());
    let made = Relay::with_clock(store, Limits::default(), Admission::Open, clock.clock());
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), None);
    let (made, listener) = (made.unwrap(), listener.await.unwrap());
    start_relay(listener, made, Limits::default(), std::future::pending())
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}

fn is_fork<T>(told: &Result<T, ClientError>) -> bool {
    matches!(told, Err(ClientError::Distrusted(fault)) if fault.reason == Reason::Fork)
}

/// A guardian's phone and a child's console at one relay; beside them the phone's folder and the relay's
/// store once more, from which a second story is told.
struct Parted {
    phone: Guardian,
    tablet: Guardian,
    console: Option<Agent>,
    child: PrincipalId,
    one: Running,
    two: Running,
    clock: ManualClock,
    folder: tempfile::TempDir,
}

impl Parted {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let (clock, time) = (ManualClock::at(NOON), VirtualClock::at(NOON));
        let one = relay(&path("one.redb"), &time).await;
        let link = || -> Link {
            let link = Link::new(&one.uri, &Trust::System).unwrap();
            link.with_clock(Arc::new(clock.clone()))
        };
        let founder = Founder {
            dependants: vec![None],
            relay_key: Some(one.relay_key),
            ..Founder::default()
        };
        let home = path("phone");
        let mut phone = Guardian::found(&home, link(), founder).await.unwrap();
        let child = phone.dependants().unwrap()[0];
        let request = Agent::request(&path("console"), PepCategory::Console, Vec::new()).unwrap();
        let request = JoinRequest::verify(&request).unwrap();
        let answer = phone.admit(&request, vec![child]).await.unwrap();
        phone.beat().await.unwrap();
        let console = Agent::join(&path("console"), &answer, link()).await;
        std::fs::copy(path("one.redb"), path("two.redb")).unwrap();
        copy(&path("phone"), &path("tablet"));
        let two = relay(&path("two.redb"), &time).await;
        let other = Link::new(&two.uri, &Trust::System).unwrap();
        let other = other.with_clock(Arc::new(clock.clone()));
        let tablet = Guardian::open(&path("tablet"), other).unwrap();
        Self {
            phone,
            tablet,
            console: Some(console.unwrap()),
            child,
            clock: clock.clone(),
            two,
            one,
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn link(&self, relay: &Running) -> Link {
        let link = Link::new(&relay.uri, &Trust::System).unwrap();
        link.with_clock(Arc::new(self.clock.clone()))
    }

    fn console(&mut self) -> &mut Agent {
        self.console.as_mut().unwrap()
    }

    /// The phone changes the law of its story, so that no hash decides the fork.
    async fn amend(&mut self, law: Constitution) {
        let begun = self.phone.begin(Act::Constitution(law), Vec::new()).await;
        assert!(matches!(begun.unwrap(), Begun::Done(_)));
    }

    fn another_relay(&self) -> Constitution {
        let relay = Listed {
            uri: "https://spare.example".into(),
            key: None,
        };
        self.phone.law_with_relay(relay).unwrap()
    }

    /// The console follows the first story, then meets the second, and starts anew.
    async fn meet(&mut self) {
        let (one, two) = (self.link(&self.one), self.link(&self.two));
        let console = self.console();
        console.sync().await.unwrap();
        assert!(!console.driver().member().is_forked());
        console.driver().use_link(two).unwrap();
        assert!(is_fork(&console.sync().await));
        drop(self.console.take());
        let console = Agent::open(&self.path("console"), one).unwrap();
        self.console = Some(console);
        self.console().sync().await.unwrap();
        assert!(self.console().driver().member().is_forked());
    }

    /// What the console says at some minute of that day: minutes left, if it allows.
    fn says(&self, action: &str, hour: i64, minute: i64) -> (Effect, Option<u64>) {
        let console = self.console.as_ref().unwrap();
        let at = NOON - 12 * 3600 + hour * 3600 + minute * 60;
        let action = Action::parse(action, console.ratings()).unwrap();
        let (usage, at) = (Usage::none(), Timestamp::from_second(at).unwrap());
        let context = Context::new(at, &action);
        let decision = console.explain(self.child, &usage, &context).unwrap();
        let left = decision.remaining_seconds().map(|seconds| seconds / 60);
        (decision.effect(), left)
    }

    /// What its screen would do now.
    fn now(&self, action: &str) -> Effect {
        let console = self.console.as_ref().unwrap();
        let action = Action::parse(action, console.ratings()).unwrap();
        let (usage, context) = (Usage::none(), Context::new(Timestamp::UNIX_EPOCH, &action));
        let decision = console.decide(self.child, &usage, &context).unwrap();
        decision.effect()
    }
}

/// Rules of a guardian: open from hour to hour, and one app closed.
async fn rules(by: &mut Guardian, child: PrincipalId, open: [(u32, u32); 2], closed: &str) {
    let author = by.principal().unwrap().to_string();
    let mut layer = PolicyLayer::empty(LayerAuthor::guardian(&author).unwrap());
    let [from, to] = open.map(|(hour, minute)| LocalTime::hm(hour, minute).unwrap());
    let open = Window::between(
        "open".parse().unwrap(),
        WindowState::Allow,
        Weekdays::ALL,
        from,
        to,
    );
    layer.schedule.windows.push(open.unwrap());
    let app = AppTarget::App(AppId::new("android", closed).unwrap());
    let rule = AppRule::block(closed.parse().unwrap(), app);
    layer.apps.rules.push(rule);
    let profile = Profile::new("UTC".parse().unwrap());
    by.set_layer(child, &profile, &layer, Vec::new())
        .await
        .unwrap();
}

/// R-MOVE-002, R-MOVE-006: two stories, each stricter than the other in something. The device obeys, for
/// each question, the one that is stricter in it, and of two that allow the one with less time left; over a
/// restart, and until a RESOLVE. Then only the story counts that goes on.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_stories_the_stricter_answers_each_question() {
    let mut house = Parted::new().await;
    let child = house.child;
    let (chess, chat) = ("app:android/chess", "app:android/chat");
    house.amend(house.another_relay()).await;
    rules(&mut house.phone, child, [(11, 0), (13, 0)], "chess").await;
    house.tablet.driver().sync().await.unwrap();
    rules(&mut house.tablet, child, [(12, 30), (14, 0)], "chat").await;

    house.console().sync().await.unwrap();
    let first = [
        (house.says("device", 11, 30), (Effect::Allow, Some(90))),
        (house.says("device", 12, 45), (Effect::Allow, Some(15))),
        (house.says("device", 13, 30), (Effect::Deny, None)),
        (house.says(chess, 12, 45), (Effect::Deny, None)),
        (house.says(chat, 12, 45), (Effect::Allow, Some(15))),
    ];
    assert!(
        first.iter().all(|(said, expected)| said == expected),
        "{first:?}"
    );
    assert_eq!(
        (house.now(chess), house.now(chat)),
        (Effect::Deny, Effect::Allow)
    );

    house.meet().await;
    let both = [
        // Only the second is closed.
        (house.says("device", 11, 30), (Effect::Deny, None)),
        // Both are open; the first closes at one, the second at two.
        (house.says("device", 12, 45), (Effect::Allow, Some(15))),
        // Only the first is closed.
        (house.says("device", 13, 30), (Effect::Deny, None)),
        (house.says(chess, 12, 45), (Effect::Deny, None)),
        (house.says(chat, 12, 45), (Effect::Deny, None)),
        (
            house.says("app:android/maps", 12, 45),
            (Effect::Allow, Some(15)),
        ),
    ];
    assert!(
        both.iter().all(|(said, expected)| said == expected),
        "{both:?}"
    );
    assert_eq!(
        (house.now(chess), house.now(chat)),
        (Effect::Deny, Effect::Deny)
    );
    let floor = "service:urn:service:sos";
    assert_eq!(house.now(floor), Effect::Allow, "no story closes the floor");

    // The guardian ends the second story on the first.
    let (one, two) = (house.link(&house.one), house.link(&house.two));
    house.phone.driver().use_link(two).unwrap();
    assert!(is_fork(&house.phone.driver().sync().await));
    drop(house.phone);
    house.phone = Guardian::open(&house.folder.path().join("phone"), one).unwrap();
    house.phone.driver().sync().await.unwrap();
    let begun = house.phone.begin_resolve().await.unwrap();
    assert!(matches!(begun, Begun::Done(_)));
    house.console().sync().await.unwrap();
    assert!(house.console().driver().member().branches().is_empty());
    assert_eq!(house.says("device", 11, 30), (Effect::Allow, Some(90)));
    assert_eq!(
        (house.now(chess), house.now(chat)),
        (Effect::Deny, Effect::Allow)
    );
}

/// R-MOVE-003: a story that releases the child earlier, or has no such guardian, gives nothing while the
/// other does not say so too.
#[tokio::test(flavor = "multi_thread")]
async fn a_release_counts_only_if_every_story_has_it() {
    for forked in [false, true] {
        let mut house = Parted::new().await;
        let law = house.another_relay();
        let mut dependants: Vec<Dependant> = law.dependants().to_vec();
        dependants[0].release_on = Some(YearMonth {
            year: 2026,
            month: 12,
        });
        let (guardians, relays) = (law.guardians().to_vec(), law.relays().to_vec());
        let early = Constitution::new(guardians, dependants, law.threshold(), relays, law.caps());
        house.amend(early.unwrap()).await;
        if forked {
            house.tablet.driver().sync().await.unwrap();
            rules(&mut house.tablet, house.child, [(12, 30), (14, 0)], "chat").await;
            house.meet().await;
        } else {
            house.console().sync().await.unwrap();
        }
        house.clock.advance(10 * DAY.unsigned_abs());
        house.console().tick().unwrap();
        let child = house.child;
        let state = house.console().standing(child).unwrap().state;
        assert_eq!(state == State::Released, !forked, "{state:?}");
    }
}

/// R-MOVE-005, R-MOVE-006, R-MOVE-007, R-MOVE-028: a guardian reads both stories, chooses, and ends the
/// other; everybody converges, and whoever wrote on the one that ended is asked.
#[tokio::test(flavor = "multi_thread")]
async fn a_fork_lasts_until_a_guardian_ends_it() {
    let mut house = Parted::new().await;
    let child = house.child;
    house.amend(house.another_relay()).await;
    house.tablet.driver().sync().await.unwrap();
    rules(&mut house.tablet, child, [(12, 30), (14, 0)], "chat").await;
    let theirs = house.tablet.head();
    house.meet().await;

    // The phone meets the other story too, chooses it, then its own again.
    let (one, two) = (house.link(&house.one), house.link(&house.two));
    house.phone.driver().use_link(two).unwrap();
    assert!(is_fork(&house.phone.driver().sync().await));
    let ours = house.phone.head();
    house.phone.driver().choose(theirs.1).unwrap();
    assert_eq!(house.phone.head(), theirs);
    assert!(house.phone.driver().member().is_forked());
    house.phone.driver().sync().await.unwrap();
    house.phone.driver().choose(ours.1).unwrap();
    drop(house.phone);
    house.phone = Guardian::open(&house.folder.path().join("phone"), one.clone()).unwrap();
    house.phone.driver().sync().await.unwrap();
    assert_eq!(house.phone.head(), ours);
    assert!(
        house.phone.lost().is_empty(),
        "nothing is lost before the end"
    );
    let begun = house.phone.begin_resolve().await.unwrap();
    assert!(matches!(begun, Begun::Done(_)));
    assert!(!house.phone.driver().member().is_forked());
    // Its own rules on the story that ended: one document, to be appended again or not.
    drop(house.phone);
    house.phone = Guardian::open(&house.folder.path().join("phone"), one.clone()).unwrap();
    let [lost] = house.phone.lost().try_into().unwrap();
    house.phone.driver().sync().await.unwrap();
    house.phone.append_again(lost.id).await.unwrap();
    assert!(house.phone.lost().is_empty());

    // Whoever stood on the branch that ended comes over.
    house.tablet.driver().use_link(one).unwrap();
    let events = house.tablet.driver().sync().await.unwrap();
    assert!(
        !events.iter().any(|e| matches!(e, Event::AskAgain(_))),
        "{events:?}"
    );
    house.console().sync().await.unwrap();
    let mut console = house.console.take().unwrap();
    for driver in [
        house.phone.driver(),
        house.tablet.driver(),
        console.driver(),
    ] {
        assert!(!driver.member().is_forked());
        assert_eq!(driver.member().distrusted(), None);
        assert!(
            driver.member().branches().is_empty(),
            "all of it stands again"
        );
    }
    assert_eq!(house.tablet.head(), house.phone.head());
    assert_eq!(console.driver().member().head(), house.phone.head());
}

/// R-MOVE-001, R-MOVE-028: one relay key signed two heads for one place. Whoever is shown the two has the
/// proof, without any relay; and nothing else is one.
#[tokio::test(flavor = "multi_thread")]
async fn two_bookmarks_of_one_relay_key_prove_a_fork_to_anybody() {
    let mut house = Parted::new().await;
    let child = house.child;
    house.console().sync().await.unwrap();
    house.tablet.driver().sync().await.unwrap();
    rules(&mut house.phone, child, [(11, 0), (13, 0)], "chess").await;
    rules(&mut house.tablet, child, [(12, 30), (14, 0)], "chat").await;
    let key = house.one.relay_key.as_bytes().to_vec();
    let mut signed = Vec::new();
    for guardian in [&mut house.phone, &mut house.tablet] {
        let bookmark = guardian.driver().bookmark().await.unwrap().unwrap();
        assert_eq!(bookmark.relay_key, key);
        signed.push(bookmark);
    }
    let [one, two]: [_; 2] = signed.try_into().unwrap();
    let proof = ForkProof::of_bookmarks(one.clone(), two).unwrap().encode();
    let mut of_one = ForkProof::of_bookmarks(one.clone(), one.clone());
    assert_eq!(of_one.take(), None, "one story twice");

    drop(house.console.take());
    let mut store = Store::open(&house.path("console")).unwrap();
    let mut forged = proof.clone();
    *forged.last_mut().unwrap() ^= 1;
    for junk in [&b"no proof"[..], &[], &forged] {
        assert!(!forks::show(&mut store, junk).unwrap());
        assert_eq!(forks::held(&store).unwrap(), None);
    }
    assert!(forks::show(&mut store, &proof).unwrap());
    assert_eq!(forks::held(&store).unwrap(), Some(proof));
    // It says that there is another story, and tells nothing of it.
    assert!(store.member().unwrap().branches().is_empty());
}
