//! What the household lets an issuer tell an audience (R-AGE-057).

use super::{AgePurpose, Cuts};
use crate::policy::{AgeSection, AgeShare, AgeShareRule, AudienceName};

/// What the household's rules say about telling one audience something for one purpose.
///
/// | | Outcome | Consent that goes with it |
/// |---|---|---|
/// | [`Allowed`](Self::Allowed) | SIGNAL, if nothing else is in the way | – |
/// | [`Ask`](Self::Ask) | REFUSED | PENDING |
/// | [`Refused`](Self::Refused) | REFUSED | DENIED |
/// | [`Off`](Self::Off) | REFUSED | not reported |
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Share {
    /// It may be told.
    Allowed {
        /// The cut points that the household pins for the audience; `None` where the set that the
        /// audience asks with first is pinned.
        cuts: Option<Cuts>,
    },
    /// Not before a guardian has said yes.
    Ask,
    /// A guardian has said no.
    Refused,
    /// No layer says anything about it: age signals are off.
    Off,
}

/// The strictest of what all layers say about telling `audience` something for `purpose`.
///
/// `sections` are the AGE sections of the dependant's live layers. A layer without a rule about it
/// says nothing. One whose AGE section should open and does not is `None`: it may hold a refusal,
/// so that a guardian is asked (R-EVAL-062). Where several rules pin cut points, only those that
/// all of them name are told, and where none is left nothing can be.
///
/// ```
/// use parcep_core::age::{AgePurpose, Share, share};
/// use parcep_core::policy::{AgeSection, AgeShare, AgeShareRule};
///
/// let games = "https://games.example".parse()?;
/// let mut section = AgeSection::default();
/// section.share.push(AgeShareRule::new("age/games".parse()?, Some(games), AgeShare::Allow));
/// let asked = |audience| share([Some(&section)], audience, AgePurpose::AccessGate);
/// assert_eq!(asked("https://games.example"), Share::Allowed { cuts: None });
/// assert_eq!(asked("https://shop.example"), Share::Off);
/// # Ok::<(), parcep_core::policy::PolicyError>(())
/// ```
pub fn share<'a>(
    sections: impl IntoIterator<Item = Option<&'a AgeSection>>,
    audience: &str,
    purpose: AgePurpose,
) -> Share {
    let mut strictest: Option<AgeShare> = None;
    let mut pinned: Option<Vec<u32>> = None;
    for section in sections {
        let Some(section) = section else {
            strictest = strictest.max(Some(AgeShare::Ask));
            continue;
        };
        for rule in about(section, audience).filter(|rule| rule.is_for(purpose)) {
            strictest = strictest.max(Some(rule.share));
            if let Some(cuts) = &rule.cuts {
                let points = cuts.points();
                pinned
                    .get_or_insert_with(|| points.to_vec())
                    .retain(|cut| points.contains(cut));
            }
        }
    }
    match strictest {
        None => Share::Off,
        Some(AgeShare::Refuse) => Share::Refused,
        Some(AgeShare::Ask) => Share::Ask,
        // Cut points that are left out of a proper set leave a proper set, or none.
        Some(AgeShare::Allow) => match pinned.map(Cuts::new).transpose() {
            Ok(cuts) => Share::Allowed { cuts },
            Err(_) => Share::Refused,
        },
    }
}

/// The rules of a layer about an audience: those that name it, or, if none does for whatever
/// purpose, those that name nobody (R-POL-024).
fn about<'a>(
    section: &'a AgeSection,
    audience: &str,
) -> impl Iterator<Item = &'a AgeShareRule> + use<'a> {
    let names =
        |rule: &&AgeShareRule| rule.audience.as_ref().map(AudienceName::as_str) == Some(audience);
    let named: Vec<_> = section.share.iter().filter(names).collect();
    let others = section.share.iter().filter(|rule| rule.audience.is_none());
    let others: Vec<_> = others.filter(|_| named.is_empty()).collect();
    named.into_iter().chain(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(audience: Option<&str>, share: AgeShare) -> AgeShareRule {
        let audience = audience.map(|name| name.parse().unwrap());
        AgeShareRule::new("age/share".parse().unwrap(), audience, share)
    }

    fn layer(share: Vec<AgeShareRule>) -> AgeSection {
        AgeSection {
            share,
            gates: Vec::new(),
        }
    }

    fn pinning(points: &[u32]) -> AgeShareRule {
        AgeShareRule {
            cuts: Some(Cuts::new(points.to_vec()).unwrap()),
            ..rule(Some("a"), AgeShare::Allow)
        }
    }

    const GATE: AgePurpose = AgePurpose::AccessGate;
    const CONSENT: AgePurpose = AgePurpose::ConsentFlow;

    /// R-AGE-057: nothing is shared until somebody says so, and then the strictest holds.
    #[test]
    fn of_all_layers_the_strictest_that_says_something_holds() {
        let said = |all: &[AgeShare]| {
            let layers: Vec<_> = all
                .iter()
                .map(|of| layer(vec![rule(Some("a"), *of)]))
                .collect();
            let silent = layer(Vec::new());
            share(layers.iter().chain([&silent]).map(Some), "a", GATE)
        };
        let free = Share::Allowed { cuts: None };
        let (allow, ask, refuse) = (AgeShare::Allow, AgeShare::Ask, AgeShare::Refuse);
        assert_eq!(said(&[]), Share::Off);
        assert_eq!(said(&[allow, allow]), free);
        assert_eq!(said(&[allow, ask]), Share::Ask);
        assert_eq!(said(&[refuse, allow, ask]), Share::Refused);
    }

    /// R-POL-024: a rule for the rest is not about an audience that is named, even for another purpose.
    #[test]
    fn a_rule_for_the_rest_is_about_nobody_who_is_named() {
        let named = AgeShareRule {
            purposes: vec![GATE],
            ..rule(Some("a"), AgeShare::Ask)
        };
        let section = layer(vec![rule(None, AgeShare::Allow), named]);
        let asked = |audience, purpose| share([Some(&section)], audience, purpose);
        assert_eq!(asked("a", GATE), Share::Ask);
        assert_eq!(asked("a", CONSENT), Share::Off);
        assert_eq!(asked("b", CONSENT), Share::Allowed { cuts: None });
        // Byte for byte.
        assert_eq!(asked("A", GATE), Share::Allowed { cuts: None });
    }

    /// R-AGE-057, R-AGE-015: what one layer does not name is not told by another.
    #[test]
    fn only_cut_points_that_every_layer_names_are_told() {
        let all = layer(vec![pinning(&[13, 16, 18])]);
        let two = layer(vec![pinning(&[13, 18])]);
        let other = layer(vec![pinning(&[15])]);
        let free = layer(vec![rule(None, AgeShare::Allow)]);
        let asked = |layers: &[&AgeSection]| share(layers.iter().map(|one| Some(*one)), "a", GATE);
        let cuts = |points: &[u32]| Share::Allowed {
            cuts: Some(Cuts::new(points.to_vec()).unwrap()),
        };
        assert_eq!(asked(&[&all, &free]), cuts(&[13, 16, 18]));
        assert_eq!(asked(&[&all, &two]), cuts(&[13, 18]));
        assert_eq!(asked(&[&two, &all]), cuts(&[13, 18]));
        assert_eq!(asked(&[&all, &other]), Share::Refused);
    }

    /// R-EVAL-062: what cannot be read may be a refusal.
    #[test]
    fn a_layer_that_cannot_be_read_asks() {
        let allows = layer(vec![rule(Some("a"), AgeShare::Allow)]);
        let refuses = layer(vec![rule(Some("a"), AgeShare::Refuse)]);
        assert_eq!(share([Some(&allows), None], "a", GATE), Share::Ask);
        assert_eq!(share([None, Some(&refuses)], "a", GATE), Share::Refused);
    }
}
