//! SIGKILL in the middle of a burst of writes; then proof that nothing acknowledged was lost.

use super::Outcome;
use super::relay::Relay;
use crate::failure::{Failure, Kind};
use crate::online::failed;
use parcep_client::guardian::{Guardian, Names};
use parcep_client::{Driver, Link, Store, Trust};
use std::path::Path;
use std::time::Duration;

/// Writes in the burst.
const WRITES: usize = 24;
/// The relay dies while the write after this one is under way.
const DIES_AFTER: usize = 8;
/// How long it stays dead.
const DEATH: Duration = Duration::from_millis(300);

/// Writes, kills, restarts, goes on writing, and reads everything back with fresh eyes.
pub(super) async fn in_the_middle(
    relay: &mut Relay,
    guardian: &mut Guardian,
    folder: &Path,
) -> Result<Outcome, Failure> {
    let dependants = guardian.dependants().map_err(failed)?;
    let dependant = dependants.first().copied();
    let dependant =
        dependant.ok_or_else(|| Failure::new(Kind::Failed, "INTERNAL", "no dependant"))?;
    let before = guardian.head().0;
    let (halfway, reached) = tokio::sync::oneshot::channel();
    let mut halfway = Some(halfway);
    let burst = async {
        let mut acknowledged = 0;
        for round in 0..WRITES {
            let names = Names {
                dependant: format!("round {round}"),
                guardians: Vec::new(),
            };
            guardian.set_names(dependant, names).await.map_err(failed)?;
            acknowledged += 1;
            if acknowledged == DIES_AFTER {
                // Nobody listens only if the relay could not be killed, which is told below.
                let _ = halfway.take().map(|halfway| halfway.send(()));
            }
        }
        Ok::<usize, Failure>(acknowledged)
    };
    let murder = async {
        let _ = reached.await;
        relay.kill().await?;
        tokio::time::sleep(DEATH).await;
        relay.restart().await
    };
    let (acknowledged, restarted) = tokio::join!(burst, murder);
    let acknowledged = acknowledged?;
    restarted?;

    let ours = guardian.head();
    let theirs = read_back(folder, relay.uri()).await?;
    let all_there = ours == theirs && ours.0 >= before + acknowledged as u64;
    Ok(Outcome {
        passed: all_there && acknowledged == WRITES,
        said: format!(
            "relay killed with SIGKILL during {WRITES} writes; {acknowledged} acknowledged, all \
             read back from it with the same chain"
        ),
        text: String::new(),
    })
}

/// Follows the log from genesis with nothing but the guardian's keys.
async fn read_back(folder: &Path, uri: &str) -> Result<(u64, parcep_core::crypto::Hash), Failure> {
    let (from, to) = (folder.join("guardian"), folder.join("fresh-eyes"));
    let copied = std::fs::create_dir_all(&to).and_then(|()| {
        for name in ["keys.json", "anchor.bin", "secrets.bin"] {
            std::fs::copy(from.join(name), to.join(name))?;
        }
        Ok(())
    });
    copied.map_err(|error| Failure::new(Kind::Failed, "WRITE_FAILED", error.to_string()))?;
    let mut store = Store::open(&to).map_err(failed)?;
    let member = store.member().map_err(failed)?;
    let link = Link::new(uri, &Trust::System).map_err(failed)?;
    let mut driver = Driver::new(member, store, link);
    driver.sync().await.map_err(failed)?;
    Ok(driver.member().head())
}
