//! An issuer, a household and a child, for tests of answers.

use super::*;

pub(super) const GAME: &str = "https://games.example";
pub(super) const NONCE: [u8; 16] = [7; 16];
pub(super) const NOW: i64 = 20_500 * DAY + 43_200;
pub(super) const ALLOWED: Share = Share::Allowed { cuts: None };

pub(super) fn issuer(settings: IssuerSettings) -> Issuer {
    Issuer::new(SigningKey::from_seed([1; 32]).unwrap(), settings).unwrap()
}

pub(super) fn request(purpose: AgePurpose) -> SignalRequest {
    let cuts = Cuts::new(vec![13, 16, 18]).unwrap();
    SignalRequest::new(GAME, purpose, cuts, NONCE)
}

pub(super) fn years(lower: u32, upper: Option<u32>) -> KnownAge {
    KnownAge::Range(AgeInterval::new(lower, upper).unwrap())
}

/// A child of 14, declared and supervised.
pub(super) fn child() -> Known {
    Known {
        assurance: AgeAssurance::Basic,
        declarant_check: DeclarantCheck::Payment,
        checked_day: Some(20_400),
        jurisdiction: "US-TX".into(),
        basis: AgeBasis::Account,
        ..Known::declared(years(14, Some(15)), AgeMethod::GuardianDeclared)
    }
}

pub(super) fn supervised() -> Guardianship {
    Guardianship {
        supervision: AgeSupervision::Supervised,
        controls: [AgeControl::TimeLimits, AgeControl::WebLimits].into(),
        consent: AgeConsent::NotReported,
        change: Some(AgeChange {
            id: vec![1, 2],
            state: AgeChangeState::Denied,
            decided_day: Some(20_000),
            adult_ack_required: false,
            earlier: vec![vec![1]],
        }),
        handle: Some(AgeHandle::from_bytes([5; 16])),
    }
}

/// The scene of most tests: a supervised child whose household shares.
pub(super) struct Scene {
    pub(super) settings: IssuerSettings,
    pub(super) share: Share,
    pub(super) mandatory: bool,
    pub(super) guardianship: Guardianship,
    pub(super) known: Known,
}

impl Scene {
    pub(super) fn new() -> Self {
        Self {
            settings: IssuerSettings::default(),
            share: ALLOWED,
            mandatory: false,
            guardianship: supervised(),
            known: child(),
        }
    }

    pub(super) fn ask(&self) -> Ask<'_> {
        Ask {
            seen: GAME,
            share: &self.share,
            mandatory: self.mandatory,
            guardianship: &self.guardianship,
            knowledge: Knowledge::Known(&self.known),
            now: NOW,
        }
    }

    pub(super) fn answer(&self, request: &SignalRequest) -> Answer {
        self.answer_to(request, &self.ask())
    }

    pub(super) fn answer_to(&self, request: &SignalRequest, ask: &Ask<'_>) -> Answer {
        let issuer = issuer(self.settings.clone());
        let answer = issuer.answer(Ok(request), ask, &mut Pins::new(), &mut Counter(5));
        let answer = answer.unwrap();
        assert_eq!(answer.told.is_some(), answer.outcome == AgeOutcome::Signal);
        assert_eq!(answer.signal_bytes().is_some(), answer.told.is_some());
        answer
    }

    /// What the audience reads of it.
    pub(super) fn told(&self, request: &SignalRequest) -> AgeSignal {
        let issuers = [SigningKey::from_seed([1; 32]).unwrap().public()];
        let expected = Expectation {
            issuers: Trusted::Keys(&issuers),
            audience: GAME,
            purpose: request.purpose,
            nonce: Some(&NONCE),
            now: NOW,
        };
        let answer = self.answer(request);
        let read = verify(&answer.signal_bytes().unwrap(), expected).unwrap();
        assert_eq!(Some(&read), answer.told.as_ref());
        read
    }
}
