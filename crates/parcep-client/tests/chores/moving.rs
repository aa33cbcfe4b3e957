//! A move that breaks off, what waits meanwhile, and what stays at the relay that was left.

use crate::house::{DAY, House, Other};
use crate::{Guardian, named};
use parcep_client::ClientError;
use parcep_core::consent::Act;
use parcep_core::constitution::Relay;
use parcep_core::reason::Reason;
use std::time::Duration;

/// The household lists a second relay, which has room for so many bytes.
async fn listed(house: &mut House, room: u64) -> Other {
    let other = Other::start(house, room).await;
    let relay = Relay {
        uri: other.uri().to_owned(),
        key: Some(other.key()),
    };
    let law = house.phone.law_with_relay(relay).unwrap();
    house
        .phone
        .begin(Act::Constitution(law), Vec::new())
        .await
        .unwrap();
    house.phone.access().await.unwrap();
    other
}

const MUCH: u64 = 1 << 30;
/// Room for genesis, and for little behind it.
const LITTLE: u64 = 12_000;

fn stands(by: &mut Guardian, name: &str) -> bool {
    let child = by.dependants().unwrap()[0];
    by.view(child).unwrap().dependant_name.as_deref() == Some(name)
}

/// R-MOVE-019, R-MOVE-020, R-MOVE-022: a new relay that refuses in the middle of the history keeps nobody, and the
/// same move goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_breaks_off_ends_where_it_began_and_goes_on_later() {
    let mut house = House::found().await;
    let child = house.child;
    let mut console = house.console("console").await;
    let other = listed(&mut house, LITTLE).await;
    for name in ["L", "Li", "Lin"] {
        house.phone.set_names(child, named(name)).await.unwrap();
    }
    let before = house.phone.head();
    let there = house.at(&other);
    let refused = house.phone.move_to(there.clone(), Vec::new()).await;
    assert!(
        matches!(refused, Err(ClientError::Refused(Reason::Quota))),
        "{refused:?}"
    );
    assert_eq!(house.phone.head(), before);
    let home = house.link().uri().to_owned();
    assert_eq!(house.phone.driver().relay(), home);
    let kept = house.phone.driver().store().kept("relay.txt").unwrap();
    assert!(
        kept.is_none_or(|kept| kept == home.as_bytes()),
        "nor after a restart"
    );

    // Life goes on where it was.
    house.phone.set_names(child, named("Linn")).await.unwrap();
    console.sync().await.unwrap();
    assert_eq!(console.driver().member().head(), house.phone.head());

    let other = other.again(&house, MUCH).await;
    let place = house
        .phone
        .move_to(there.clone(), Vec::new())
        .await
        .unwrap();
    assert_eq!(
        (place, house.phone.driver().relay()),
        (before.0 + 1, other.uri())
    );
    assert_eq!(
        house.phone.move_to(there, Vec::new()).await.unwrap(),
        place,
        "it is there already"
    );
    house.pass(DAY + 3_600);
    console.sync().await.unwrap();
    console.sync().await.unwrap();
    assert_eq!(console.driver().relay(), other.uri());
    assert_eq!(console.driver().member().head(), house.phone.head());
    assert_eq!(house.phone.lost(), Vec::new());
    assert!(stands(&mut house.phone, "Linn"));
    drop(other);
}

/// R-MOVE-022, R-MOVE-023: a relay that is asked is only asked. What was to be written waits for the home.
#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_the_home_is_not_written_at_a_relay_that_is_only_asked() {
    let mut house = House::found().await;
    let child = house.child;
    let mut console = house.console("console").await;
    let other = listed(&mut house, LITTLE).await;
    for name in ["L", "Li", "Lin"] {
        house.phone.set_names(child, named(name)).await.unwrap();
    }
    let there = house.at(&other);
    // It has the log, and is not its home: somebody's move broke off.
    house.phone.move_to(there, Vec::new()).await.unwrap_err();
    let other = other.again(&house, MUCH).await;
    house.pass(DAY + 1);
    house.stop().await;
    house.phone.driver().set_patience(Duration::ZERO);
    let before = house.phone.head();
    let failed = house.phone.set_names(child, named("Linn")).await;
    assert!(
        matches!(failed, Err(ClientError::Unreachable(_))),
        "{failed:?}"
    );
    let failed = house.phone.driver().sync().await.map(drop);
    assert!(
        matches!(failed, Err(ClientError::Unreachable(_))),
        "{failed:?}"
    );
    let home = house.link().uri().to_owned();
    let stays = (house.phone.head(), house.phone.driver().relay());
    assert_eq!(stays, (before, home.as_str()));

    house.start(false).await;
    house.phone.driver().sync().await.unwrap();
    assert_eq!(house.phone.head().0, before.0 + 1);
    assert!(stands(&mut house.phone, "Linn"));
    console.sync().await.unwrap();
    assert_eq!(console.driver().member().head(), house.phone.head());
    drop(other);
}

/// R-MOVE-022: what was to be written when the old relay died stands at the new home, once.
#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_a_relay_that_died_stands_at_the_new_home() {
    let mut house = House::found().await;
    let child = house.child;
    let other = listed(&mut house, MUCH).await;
    house.stop().await;
    house.phone.driver().set_patience(Duration::ZERO);
    house
        .phone
        .set_names(child, named("Lin"))
        .await
        .unwrap_err();
    let there = house.at(&other);
    let place = house.phone.move_to(there, Vec::new()).await.unwrap();
    house.phone.driver().sync().await.unwrap();
    assert_eq!(
        house.phone.head().0,
        place + 2,
        "MOVED, and what had waited"
    );
    assert!(stands(&mut house.phone, "Lin"));
    drop(other);
}

/// R-CONS-025: the copy at the relay that was left is announced to be deleted, can be kept, and goes in a week.
#[tokio::test(flavor = "multi_thread")]
async fn who_moved_has_the_old_relay_delete_its_copy() {
    let mut house = House::found().await;
    let other = listed(&mut house, MUCH).await;
    let (here, there) = (house.link(), house.at(&other));
    let early = house.phone.announce_deletion_at(there.clone()).await;
    assert!(
        matches!(
            early,
            Err(ClientError::Refused(Reason::NotPermittedByTable))
        ),
        "no move yet"
    );
    house
        .phone
        .move_to(there.clone(), Vec::new())
        .await
        .unwrap();
    let act = house
        .phone
        .announce_deletion_at(here.clone())
        .await
        .unwrap();
    let waits = house.phone.acts_at(here.clone()).await.unwrap();
    assert_eq!(waits, std::slice::from_ref(&act));
    assert!(
        house.phone.acts().await.unwrap().is_empty(),
        "nothing at the home"
    );
    house
        .phone
        .cancel_act_at(here.clone(), act.id)
        .await
        .unwrap();
    assert!(house.phone.acts_at(here.clone()).await.unwrap().is_empty());

    house
        .phone
        .announce_deletion_at(here.clone())
        .await
        .unwrap();
    house.pass(7 * DAY + 60);
    assert!(
        house.phone.acts_at(here).await.is_err(),
        "it has nothing any more"
    );
    house.phone.driver().sync().await.unwrap();
    assert_eq!(house.phone.driver().relay(), there.uri());
    let home = house.phone.announce_deletion_at(there).await;
    assert!(matches!(
        home,
        Err(ClientError::Refused(Reason::NotPermittedByTable))
    ));
    drop(other);
}

/// R-MOVE-021, R-MOVE-022: the household moves on, and back once the copy there is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_household_that_moved_moves_again_and_back_where_the_copy_is_gone() {
    let mut house = House::found().await;
    let two = listed(&mut house, MUCH).await;
    let three = listed(&mut house, MUCH).await;
    let (one, to_two, to_three) = (house.link(), house.at(&two), house.at(&three));
    house
        .phone
        .move_to(to_two.clone(), Vec::new())
        .await
        .unwrap();
    house
        .phone
        .move_to(to_three.clone(), Vec::new())
        .await
        .unwrap();
    house.phone.driver().sync().await.unwrap();
    assert_eq!(house.phone.driver().relay(), three.uri());
    let stays = house.phone.head();
    house
        .phone
        .move_to(one.clone(), Vec::new())
        .await
        .unwrap_err();
    house.phone.driver().sync().await.unwrap();
    assert_eq!(
        (house.phone.head(), house.phone.driver().relay()),
        (stays, three.uri())
    );
    house.phone.announce_deletion_at(one.clone()).await.unwrap();
    house.pass(7 * DAY + 60);
    house.phone.move_to(one.clone(), Vec::new()).await.unwrap();
    house.phone.driver().sync().await.unwrap();
    assert_eq!(house.phone.driver().relay(), one.uri());
    drop((two, three));
}
