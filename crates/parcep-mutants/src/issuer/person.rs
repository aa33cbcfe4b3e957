//! Whom an issuer of the selftest knows.

use parcep_core::age::{
    AgeAssurance, AgeBasis, AgeControl, AgeHandle, AgeInterval, AgeMethod, AgeSupervision, Answer,
    Ask, DeclarantCheck, Guardianship, InvalidRequest, Issuer, IssuerSettings, Knowledge, Known,
    KnownAge, Pins, RevokedHandles, Share, SignalRequest, TokenAnswer, TokenRequest,
};
use parcep_core::crypto::{SigningKey, SystemRandom};
use parcep_issuer::{Answers, Fault};
use std::collections::BTreeSet;
use std::sync::Mutex;

const DAY: i64 = 86_400;

/// Somebody whom an issuer knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Person {
    /// Twelve to sixteen years old by a guardian's word, supervised; the household shares it.
    Child,
    /// 25 or older, verified yesterday; nobody supervises.
    Adult,
    /// A child whose household shares nothing.
    Silent,
}

/// A device of one person.
pub(super) struct Device {
    issuer: Issuer,
    person: Person,
    known: Known,
    share: Share,
    guardianship: Guardianship,
    pins: Mutex<Pins>,
    /// Forgets which cut points an audience had.
    pub(super) forgets: bool,
}

impl Device {
    pub(super) fn of(person: Person, key: SigningKey) -> Option<Self> {
        let range = |lower, upper| AgeInterval::new(lower, upper).ok().map(KnownAge::Range);
        let child =
            || range(12, Some(17)).map(|age| Known::declared(age, AgeMethod::GuardianDeclared));
        let known = match person {
            Person::Child | Person::Silent => Known {
                declarant_check: DeclarantCheck::Payment,
                ..child()?
            },
            Person::Adult => Known {
                assurance: AgeAssurance::Standard,
                ..Known::declared(range(25, None)?, AgeMethod::Verified)
            },
        };
        Some(Self {
            issuer: Issuer::new(key, IssuerSettings::default()).ok()?,
            person,
            known: Known {
                jurisdiction: "US".into(),
                basis: AgeBasis::Account,
                ..known
            },
            share: match person {
                Person::Silent => Share::Refused,
                Person::Child | Person::Adult => Share::Allowed { cuts: None },
            },
            guardianship: Guardianship {
                supervision: AgeSupervision::Supervised,
                controls: BTreeSet::from([AgeControl::TimeLimits]),
                handle: Some(AgeHandle::from_bytes([3; 16])),
                ..Guardianship::default()
            },
            pins: Mutex::new(Pins::new()),
            forgets: false,
        })
    }
}

impl Answers for Device {
    fn ask(
        &self,
        seen: &str,
        request: Result<&SignalRequest, InvalidRequest>,
        now: i64,
    ) -> Result<Answer, Fault> {
        let known = Known {
            checked_day: (self.person == Person::Adult).then_some(now.div_euclid(DAY) - 1),
            ..self.known.clone()
        };
        let ask = Ask {
            seen,
            share: &self.share,
            mandatory: false,
            guardianship: &self.guardianship,
            knowledge: Knowledge::Known(&known),
            now,
        };
        let mut pins = self.pins.lock().map_err(|_| Fault)?;
        if self.forgets {
            *pins = Pins::new();
        }
        let mut random = SystemRandom::new();
        let answer = self.issuer.answer(request, &ask, &mut pins, &mut random);
        answer.map_err(|_| Fault)
    }

    fn issue_tokens(
        &self,
        request: Result<&TokenRequest, InvalidRequest>,
        now: i64,
    ) -> Result<TokenAnswer, Fault> {
        let knowledge = Knowledge::Known(&self.known);
        Ok(self.issuer.issue_tokens(request, knowledge, now))
    }

    fn revoked_handles(&self, _: &str, now: i64) -> Result<RevokedHandles, Fault> {
        let handles = [[1; 16], [2; 16]].map(AgeHandle::from_bytes);
        Ok(RevokedHandles::new(handles, now.div_euclid(DAY) * DAY))
    }
}
