//! Carrying a change out to its end, whatever its caller does meanwhile.

use super::Shared;
use crate::access::Handle;
use crate::refusal::Refusal;
use crate::store::{ActRecord, Change, Effect, Outcome, Store};
use parcep_proto::v1alpha1 as pb;
use std::sync::Arc;

impl<S: Store> Shared<S> {
    /// Carries out a change and tells whom it concerns.
    ///
    /// It runs in a task of its own: a caller that hangs up, or a shutdown, stops neither the change
    /// nor the telling.
    pub(super) async fn commit(self: &Arc<Self>, change: Change) -> Result<Outcome, Refusal> {
        let shared = self.clone();
        tokio::spawn(async move {
            let told = change.clone();
            let outcome = shared.store.change(change).await?;
            shared.tell(told, &outcome).await;
            Ok(outcome)
        })
        .await
        .unwrap_or(Err(Refusal::Internal))
    }

    async fn tell(&self, change: Change, outcome: &Outcome) {
        let handle = change.handle().clone();
        for effect in &outcome.effects {
            self.tell_effect(&handle, effect);
        }
        if outcome.effects.iter().any(concerns_acts) {
            self.look_again(&handle).await;
        }
        match change {
            Change::Append { entry, .. } if outcome.effects.contains(&Effect::Appended) => {
                self.hub.appended(&handle, entry);
            }
            Change::WriteRegister { register, .. } => self.hub.written(&handle, register),
            _ => {}
        }
    }

    fn tell_effect(&self, handle: &Handle, effect: &Effect) {
        match effect {
            Effect::KeyEnded(key) => self.sessions.end(handle, key),
            Effect::LogDeleted => self.sessions.end_log(handle),
            Effect::BodiesDropped { below } => self.hub.compacted(handle, *below),
            Effect::Announced(act) => self.hub.acted(handle, item(act, false, false)),
            Effect::Cancelled(act) => self.hub.acted(handle, item(act, true, false)),
            Effect::Done(act) => self.hub.acted(handle, item(act, false, true)),
            Effect::Appended | Effect::Pending(_) => {}
        }
    }
}

fn concerns_acts(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::Announced(_) | Effect::Cancelled(_) | Effect::Done(_) | Effect::LogDeleted
    )
}

fn item(act: &ActRecord, cancelled: bool, done: bool) -> pb::AdminAct {
    pb::AdminAct {
        cancelled,
        done,
        ..act.into()
    }
}
