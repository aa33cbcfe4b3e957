//! Carrying a change out to its end, whatever its caller does meanwhile.

use super::Shared;
use crate::refusal::Refusal;
use crate::store::{Change, LogState, Store};
use std::sync::Arc;

impl<S: Store> Shared<S> {
    /// Carries out a change and tells whom it concerns.
    ///
    /// It runs in a task of its own: a caller that hangs up, or a shutdown, stops neither the change
    /// nor the telling.
    pub(super) async fn commit(self: &Arc<Self>, change: Change) -> Result<LogState, Refusal> {
        let shared = self.clone();
        tokio::spawn(async move {
            let told = change.clone();
            let state = shared.store.change(change).await?;
            shared.tell(told);
            Ok(state)
        })
        .await
        .unwrap_or(Err(Refusal::Internal))
    }

    fn tell(&self, change: Change) {
        match change {
            Change::Append { handle, entry, .. } => self.hub.appended(&handle, entry),
            Change::WriteRegister {
                handle, register, ..
            } => self.hub.written(&handle, register),
            Change::Grant { handle, access, .. } => self.sessions.end(&handle, &access.key),
            Change::Revoke { handle, key, .. } => self.sessions.end(&handle, &key),
            Change::CreateLog(_) => {}
        }
    }
}
