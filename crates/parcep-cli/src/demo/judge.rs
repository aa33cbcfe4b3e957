use super::Outcome;
use super::relay::Relay;
use crate::failure::Failure;
pub(super) async fn judge(_: &Relay) -> Result<Outcome, Failure> {
    Ok(Outcome {
        passed: false,
        said: "not landed".into(),
        text: String::new(),
    })
}
