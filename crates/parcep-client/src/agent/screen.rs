//! What a screen says beside decisions.

use super::{Agent, Standing};
use parcep_core::decide::Decision;
use parcep_core::id::PrincipalId;
use parcep_core::texts::Voice;
use parcep_core::zones::Zone;
use std::sync::Arc;

impl Agent {
    /// The sentence about a dependant's state, for the status page of this device and for guardians
    /// (R-TIME-012). `None` if this enforcement point never served them.
    pub fn says_state(&self, dependant: PrincipalId, voice: Voice) -> Option<String> {
        let Standing { state, heard, .. } = self.standing(dependant)?;
        Some(voice.state(state, heard, &*self.zone_of(dependant)?))
    }

    /// Sentences to show beside a decision: that the device does not know the time, and since when no
    /// guardian was heard (R-TIME-010, R-TIME-012). Often none.
    pub fn says_beside(
        &self,
        dependant: PrincipalId,
        decision: &Decision<'_>,
        voice: Voice,
    ) -> Vec<String> {
        let standing = self.standing(dependant).zip(self.zone_of(dependant));
        let said = standing.map(|(standing, zone)| {
            voice.beside(
                decision,
                &standing.asked,
                standing.state,
                standing.heard,
                &zone,
            )
        });
        said.unwrap_or_default()
    }

    fn zone_of(&self, dependant: PrincipalId) -> Option<Arc<Zone>> {
        let served = self.served.get(&dependant);
        let profile = served.and_then(|served| served.view.profile.as_ref());
        let zone = profile.map(|profile| profile.zone.clone());
        let zone = self.zones.find(&zone.unwrap_or_default());
        zone.ok()
            .or_else(|| self.zones.find(&Default::default()).ok())
    }
}
