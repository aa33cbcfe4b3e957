//! What a screen says about time: how long ago a guardian was heard, and that nobody knows the time.

use super::{Text, Voice};
use crate::decide::{Decision, Effect, Reason};
use crate::time::{Asked, State};
use crate::zones::Zone;
use jiff::Timestamp;

impl Voice {
    /// What is said about a state (R-TIME-012). `heard` is when a guardian was heard last, in seconds since
    /// 1970-01-01T00:00:00Z; it is shown on the clock of `zone`.
    ///
    /// ```
    /// use parcep_core::texts::Voice;
    /// use parcep_core::time::State;
    /// let utc = parcep_core::zones::Zones::bundled().find(&"UTC".parse()?)?;
    /// let said = Voice::default().state(State::Stale, Some(1_772_438_400), &utc);
    /// assert_eq!(
    ///     said,
    ///     "No guardian was heard since Monday 2 March 2026 at 08:00. The rules go on as they are."
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn state(self, state: State, heard: Option<i64>, zone: &Zone) -> String {
        let text = match state {
            State::Fresh => return self.text(Text::StateFresh).to_owned(),
            State::Released => return self.text(Text::StateReleased).to_owned(),
            State::Stale | State::Expired => Text::StateUnheard,
            State::Fallback => Text::StateFallback,
        };
        let at = heard.and_then(|heard| Timestamp::from_second(heard).ok());
        let at = at.unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(zone.tz());
        let date = self.date(at.date(), jiff::civil::Date::ZERO);
        let parts: [(&str, &dyn std::fmt::Display); 3] = [
            ("weekday", &self.weekday_of(at.date())),
            ("date", &date),
            ("time", &self.clock(&at)),
        ];
        let moment = self.say(Text::SinceMoment, &parts);
        self.say(text, &[("moment", &moment)])
    }

    /// What a screen says beside a decision: with a denial by a window or a budget of a device that does
    /// not know the time, that it does not and what would tell it (R-TIME-010); on every block screen
    /// since when no guardian was heard, where that is more than 7 days (R-TIME-012).
    #[must_use]
    pub fn beside(
        self,
        decision: &Decision<'_>,
        asked: &Asked,
        state: State,
        heard: Option<i64>,
        zone: &Zone,
    ) -> Vec<String> {
        let mut said = Vec::new();
        let by_time = matches!(decision.reason(), Reason::Window | Reason::Budget);
        let denies = decision.effect() == Effect::Deny;
        if denies && by_time && asked.wide {
            said.push(self.text(Text::TimeUnknown).to_owned());
        }
        let blocks = decision.effect() != Effect::Allow;
        if blocks && matches!(state, State::Expired | State::Fallback) {
            said.push(self.state(state, heard, zone));
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{Action, Context, PolicyInput, Usage, Windows, compile, decide};
    use crate::policy::{
        LayerAuthor, LocalTime, PolicyLayer, Profile, Weekdays, Window, WindowState,
    };
    use crate::ratings::RatingTable;
    use crate::texts::{Language, Register};
    use crate::zones::Zones;

    #[test]
    fn a_denial_by_time_says_that_the_time_is_not_known_and_what_would_tell_it() {
        // R-TIME-010, R-TIME-012
        let (ratings, zones) = (RatingTable::bundled(), Zones::bundled());
        let utc = zones.find(&"UTC".parse().unwrap()).unwrap();
        let mut layer = PolicyLayer::empty(LayerAuthor::guardian("g1").unwrap());
        let (from, until) = (LocalTime::hm(12, 0).unwrap(), LocalTime::hm(13, 0).unwrap());
        let name = "open".parse().unwrap();
        let window = Window::between(name, WindowState::Allow, Weekdays::ALL, from, until);
        layer.schedule.windows.push(window.unwrap());
        let (profile, layers) = (Profile::new("UTC".parse().unwrap()), [layer]);
        let input = PolicyInput::new(&profile, &layers);
        let policy = compile(&input, &ratings, &zones).unwrap();
        let (usage, action) = (Usage::none(), Action::Device);
        let mut asked = Asked {
            at: 0,
            lower: Some(0),
            windows: Windows::Closed,
            wide: true,
        };
        let said = |asked: &Asked, state, voice: Voice| {
            let context = asked.at_once(Context::new(Timestamp::UNIX_EPOCH, &action));
            let decision = decide(&policy, &usage, &context);
            voice.beside(&decision, asked, state, Some(0), &utc)
        };
        for language in Language::ALL {
            for register in [Register::Adult, Register::Child] {
                let voice = Voice::new(language, register);
                let unknown = voice.text(Text::TimeUnknown);
                assert_eq!(said(&asked, State::Stale, voice), [unknown]);
                let late = said(&asked, State::Expired, voice);
                assert_eq!(late.len(), 2);
                assert!(late.iter().any(|line| line.contains("1970")), "{late:?}");
            }
        }
        asked.wide = false;
        assert_eq!(said(&asked, State::Fresh, Voice::default()), [""; 0]);
        // What is open needs no word.
        asked.windows = Windows::NotEvaluated;
        assert_eq!(said(&asked, State::Expired, Voice::default()), [""; 0]);
    }

    #[test]
    fn every_state_has_its_sentence_in_every_language_and_to_everybody() {
        // R-TIME-012
        let utc = Zones::bundled().find(&"UTC".parse().unwrap()).unwrap();
        for language in Language::ALL {
            for register in [Register::Adult, Register::Child] {
                let voice = Voice::new(language, register);
                let lines = State::ALL.map(|state| voice.state(state, Some(1), &utc));
                let [fresh, stale, expired, fallback, released] = &lines;
                assert_eq!(stale, expired);
                let distinct = [fresh, stale, fallback, released];
                let distinct: std::collections::BTreeSet<_> = distinct.into_iter().collect();
                assert_eq!(distinct.len(), 4);
                assert!(lines.iter().all(|line| !line.contains('{')), "{lines:?}");
            }
        }
    }
}
