//! Keys at the relay of guardians who left, where they do not go willingly.

use crate::house::{DAY, House};
use crate::{Guardian, Names};
use parcep_client::{ClientError, Driver, Store};
use parcep_core::consent::Act;
use parcep_core::epoch::Keyring;
use parcep_core::member::Member;
use parcep_core::reason::Reason;
use parcep_proto::v1alpha1::announce_request::What;

/// What a leaver keeps who does not let their app forget: keys, and where the log is.
fn hostile(house: &House, guardian: &mut Guardian) -> Driver {
    let store = guardian.driver().store();
    let (identity, anchor) = (store.identity().unwrap(), store.anchor().unwrap());
    let store = Store::create(&house.path("hostile"), &identity).unwrap();
    let member = Member::restore(identity, anchor, Keyring::default(), []);
    Driver::new(member, store, house.link())
}

async fn leave(guardian: &mut Guardian) {
    guardian.driver().sync().await.unwrap();
    let law = guardian.law_without(guardian.principal().unwrap());
    let act = Act::Constitution(law.unwrap());
    guardian.begin(act, Vec::new()).await.unwrap();
}

fn named(name: &str) -> Names {
    Names {
        dependant: name.to_owned(),
        guardians: Vec::new(),
    }
}

/// R-CONS-029, R-RELAY-017, R-RELAY-037: the key of who left goes in a week, and the console that they had
/// let in follows the log all the while.
#[tokio::test(flavor = "multi_thread")]
async fn a_leavers_keys_go_and_the_console_that_they_let_in_stays() {
    let mut house = House::found().await;
    let child = house.child;
    let mut dad = house.guardian("dad", &mut [], 1).await;
    let mut console = house.console_of(&mut dad, "console").await;
    house.phone.tend().await.unwrap();
    let mut hostile = hostile(&house, &mut dad);
    leave(&mut dad).await;
    let done = house.phone.tend().await.unwrap().keys;
    assert_eq!(done.announced.len(), 1, "{done:?}");
    let again = house.phone.tend().await.unwrap().keys;
    assert_eq!(again.announced.len(), 0, "announced once: {again:?}");
    hostile.acts().await.unwrap();

    house.pass(8 * DAY);
    house.phone.tend().await.unwrap();
    assert!(house.phone.keys_left().unwrap().is_empty());
    // Neither appends nor administers: there is no session to do it in.
    let refused = hostile.acts().await.map(drop).unwrap_err();
    assert!(
        matches!(
            refused,
            ClientError::Refused(Reason::BadChallenge | Reason::NoSession | Reason::NotPermitted)
        ),
        "{refused:?}"
    );
    house.phone.set_names(child, named("Linnea")).await.unwrap();
    console.sync().await.unwrap();
    let view = &console.served().next().unwrap().1.view;
    assert_eq!(view.dependant_name.as_deref(), Some("Linnea"));
}

/// R-CONS-029: what they still do in that week is undone.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_leaver_does_at_the_relay_in_the_last_week_is_undone() {
    let mut house = House::found().await;
    let mut dad = house.guardian("dad", &mut [], 1).await;
    let mut console = house.console_of(&mut dad, "console").await;
    let mut own = house.console("own").await;
    house.phone.tend().await.unwrap();
    let key = console.driver().member().identity().access.public();
    let her = house.phone.driver().member().identity().access.public();
    let mut hostile = hostile(&house, &mut dad);
    leave(&mut dad).await;
    let end = hostile.announce(What::DeleteLog(true)).await.unwrap();
    let out = What::Revoke(her.as_bytes().to_vec());
    let out = hostile.announce(out).await.unwrap();
    hostile.revoke(key.as_bytes()).await.unwrap();
    assert!(console.sync().await.is_err(), "shut out");

    let done = house.phone.tend().await.unwrap().keys;
    let stopped: Vec<_> = done.stopped.iter().map(|act| act.id).collect();
    assert_eq!(
        (stopped, done.let_back),
        (vec![end.id, out.id], 1),
        "{done:?}"
    );
    console.sync().await.unwrap();
    own.sync().await.unwrap();
    for act in hostile.acts().await.unwrap() {
        hostile.cancel_act(act.id).await.unwrap();
    }
    let again = house.phone.tend().await.unwrap().keys;
    assert_eq!((again.announced.len(), again.let_back), (1, 0), "{again:?}");
}

/// R-CONS-029: who did not let the founder in knows the key all the same, by what is left over.
#[tokio::test(flavor = "multi_thread")]
async fn of_three_those_who_stay_know_whose_key_is_whose() {
    let mut house = House::found().await;
    let mut dad = house.guardian("dad", &mut [], 1).await;
    let mut gran = house.guardian("gran", &mut [&mut dad], 2).await;
    dad.tend().await.unwrap();
    leave(&mut house.phone).await;
    let late = gran.tend().await.unwrap().keys;
    let told = (late.announced.len(), late.unknown);
    assert_eq!(
        told,
        (0, 2),
        "she came last: one of two is his, she cannot tell which"
    );
    let done = dad.tend().await.unwrap().keys;
    assert_eq!(done.announced.len(), 1, "{done:?}");
    house.pass(8 * DAY);
    let late = gran.tend().await.unwrap().keys;
    assert_eq!((late.unknown, gran.access().await.unwrap().len()), (0, 2));
}
