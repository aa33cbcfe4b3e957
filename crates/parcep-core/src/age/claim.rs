//! The axes of an age signal, each with its own type, and never merged (R-AGE-011).
//!
//! ```text
//! bracket   AgeInterval, exact_cell                        what is said
//! method    AgeMethod, AgeAssurance and its scheme, …      how it is known
//! consent   AgeSupervision, AgeControl, AgeConsent, …      who governs
//! outcome   AgeOutcome                                     why there is no signal
//! ```
//!
//! A number of the wire that this version does not know is read as the chapter says, by `read`
//! where there is always a reading, and else by `known`, which has none (R-AGE-012). Names are the
//! wire's without prefix, in lower snake case; JSON uses them.

/// An axis: its values with number and name, and how to get from one to the other.
macro_rules! axis {
    (
        $(#[$doc:meta])*
        $name:ident {
            $($(#[$value_doc:meta])* $value:ident = $number:literal, $text:literal;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$value_doc])* $value = $number,)+
        }

        impl $name {
            /// Every value, in the order of the wire's numbers.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The name in JSON, reports and on the command line.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }

            /// The value of a name; `None` for one that this version does not know.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name() == name)
            }

            /// The number on the wire.
            pub const fn wire(self) -> i32 {
                self as i32
            }

            /// The value of a number on the wire; `None` for one that this version does not know.
            pub fn known(number: i32) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.wire() == number)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                let unknown = || serde::de::Error::custom("a name that this version does not know");
                Self::from_name(&name).ok_or_else(unknown)
            }
        }
    };
}

axis! {
    /// How an age is known. A class only; the evidence is never told (R-AGE-011). An unknown one
    /// refuses the signal (R-AGE-012).
    AgeMethod {
        /// The person said so.
        SelfDeclared = 1, "self_declared";
        /// A guardian said so.
        GuardianDeclared = 2, "guardian_declared";
        /// Checked against evidence of identity.
        Verified = 3, "verified";
        /// Estimated from a biometric or the like, buffer included.
        Estimated = 4, "estimated";
        /// Concluded from a fact that implies an age.
        Inferred = 5, "inferred";
        /// Checked; the issuer does not tell which way.
        CheckedUndifferentiated = 6, "checked_undifferentiated";
        /// The issuer does not tell.
        NotTold = 7, "not_told";
    }
}

axis! {
    /// How the adult who declared an age was checked. It never changes how the age is known
    /// (R-AGE-011).
    #[derive(Default)]
    DeclarantCheck {
        /// Nobody declared, or nothing is said.
        #[default]
        NotSaid = 0, "not_said";
        /// No check.
        None = 1, "none";
        /// By a payment.
        Payment = 2, "payment";
        /// By a government document.
        GovId = 3, "gov_id";
        /// In another way.
        Other = 4, "other";
        /// Somebody declared; whether they were checked is not told.
        NotTold = 5, "not_told";
    }
}

axis! {
    /// What an age signal may be used for. The list is closed, and advertising has no value
    /// (R-AGE-012, R-AGE-016).
    AgePurpose {
        /// To open or close access.
        AccessGate = 1, "access_gate";
        /// To choose safer defaults.
        SafetyDefaults = 2, "safety_defaults";
        /// To ask a guardian.
        ConsentFlow = 3, "consent_flow";
        /// To meet a duty of law.
        LegalCompliance = 4, "legal_compliance";
    }
}

axis! {
    /// Confidence that an issuer claims, in the order of the scale; not told is least (R-AGE-011).
    #[derive(Default)]
    AgeAssurance {
        /// Not told.
        #[default]
        NotTold = 0, "not_told";
        /// Asserted, unchecked.
        Asserted = 1, "asserted";
        /// Basic.
        Basic = 2, "basic";
        /// Standard.
        Standard = 3, "standard";
        /// Enhanced.
        Enhanced = 4, "enhanced";
        /// Strict.
        Strict = 5, "strict";
    }
}

axis! {
    /// Whose scale an assurance is on. No code converts one into another.
    #[derive(Default)]
    AgeAssuranceScheme {
        /// This protocol's own.
        #[default]
        Parcep = 1, "parcep";
        /// IEEE 2089.1.
        Ieee20891 = 2, "ieee_2089_1";
        /// Levels of assurance of eIDAS.
        EidasLoa = 3, "eidas_loa";
        /// Tiers of Google Play.
        PlayTier = 4, "play_tier";
    }
}

axis! {
    /// What a claim is about (R-AGE-041).
    #[derive(Default)]
    AgeClaimScope {
        /// The whole interval.
        #[default]
        Range = 1, "range";
        /// Adulthood alone; anything below 18 contradicts it.
        AdultOnly = 2, "adult_only";
    }
}

axis! {
    /// Who or what a signal is bound to.
    #[derive(Default)]
    AgeBinding {
        /// Not told.
        #[default]
        NotTold = 0, "not_told";
        /// Nothing: whoever holds it.
        None = 1, "none";
        /// The account that is signed in on a device; not who is in front of it.
        DeviceAccount = 2, "device_account";
        /// A key of a device.
        DeviceKey = 3, "device_key";
        /// A person who authenticated for it.
        UserAuthenticated = 4, "user_authenticated";
        /// A key that serves once.
        OneTimeKey = 5, "one_time_key";
    }
}

axis! {
    /// How old the check of an age is; not how old the signal is.
    #[derive(Default)]
    AgeEstablished {
        /// Not told.
        #[default]
        NotTold = 0, "not_told";
        /// At most a day.
        WithinDay = 1, "within_day";
        /// At most 30 days.
        Within30Days = 2, "within_30_days";
        /// At most 365 days.
        Within365Days = 3, "within_365_days";
        /// Older, or a class that this version does not know.
        Older = 4, "older";
    }
}

axis! {
    /// Why an issuer takes a jurisdiction for the person's.
    #[derive(Default)]
    AgeBasis {
        /// Not told.
        #[default]
        NotTold = 0, "not_told";
        /// The account's region.
        Account = 1, "account";
        /// Where the device is.
        Location = 2, "location";
        /// Where bills go.
        Billing = 3, "billing";
    }
}

axis! {
    /// Whether a guardian governs the account (R-AGE-029). It says nothing about an age.
    #[derive(Default)]
    AgeSupervision {
        /// Nothing is said: every adult, and every answer to a gate.
        #[default]
        NotReported = 0, "not_reported";
        /// Nobody governs it.
        Unsupervised = 1, "unsupervised";
        /// A guardian does.
        Supervised = 2, "supervised";
    }
}

axis! {
    /// A kind of limit that is set on the account. Unknown ones are dropped.
    AgeControl {
        /// Who may be talked to.
        CommunicationLimits = 1, "communication_limits";
        /// What may be seen.
        ContentLimits = 2, "content_limits";
        /// When and how long.
        TimeLimits = 3, "time_limits";
        /// Buying is approved.
        PurchaseApproval = 4, "purchase_approval";
        /// What of the web.
        WebLimits = 5, "web_limits";
    }
}

axis! {
    /// What a guardian said to one audience. Only an act changes it, never time (R-AGE-042).
    #[derive(Default)]
    AgeConsent {
        /// Nothing is said.
        #[default]
        NotReported = 0, "not_reported";
        /// Nobody has to say anything.
        NotRequired = 1, "not_required";
        /// Yes.
        Granted = 2, "granted";
        /// Asked, and no answer yet.
        Pending = 3, "pending";
        /// No.
        Denied = 4, "denied";
        /// Yes once, and no longer.
        Revoked = 5, "revoked";
    }
}

axis! {
    /// What became of a change that a service gave notice of.
    #[derive(Default)]
    AgeChangeState {
        /// No answer yet.
        #[default]
        Pending = 1, "pending";
        /// Agreed to.
        Approved = 2, "approved";
        /// Refused: the feature stays off and the bracket stays as it is (R-AGE-044).
        Denied = 3, "denied";
    }
}

axis! {
    /// What came of asking (R-AGE-033). Only [`AgeOutcome::Signal`] gives a bracket.
    AgeOutcome {
        /// A signal.
        Signal = 1, "signal";
        /// No law asks for one here. Not evidence of any age.
        NotRegulated = 2, "not_regulated";
        /// The household or the person does not share it. Not evidence of any age.
        Refused = 3, "refused";
        /// Nobody knows, or nobody says why not.
        AgeUnknown = 4, "age_unknown";
        /// The person has to verify first.
        VerificationRequired = 5, "verification_required";
        /// Not with this kind of account.
        AccountIneligible = 6, "account_ineligible";
        /// Later perhaps.
        TemporarilyUnavailable = 7, "temporarily_unavailable";
        /// Not on this platform.
        Unsupported = 8, "unsupported";
        /// The asker does not belong to this account.
        NotOwned = 9, "not_owned";
        /// The request breaks a rule.
        InvalidRequest = 10, "invalid_request";
        /// Known, but not as surely, as recently or in the way that was asked for.
        InsufficientAssurance = 11, "insufficient_assurance";
    }
}

impl DeclarantCheck {
    /// Reads a number; an unknown one is not told.
    pub fn read(number: i32) -> Self {
        Self::known(number).unwrap_or(Self::NotTold)
    }
}

impl AgeAssurance {
    /// Whether it is at least `least`; not told is as asserted (R-AGE-030).
    pub fn meets(self, least: Self) -> bool {
        self.max(Self::Asserted) >= least
    }

    /// Reads a number and that of its scheme; not told if either is unknown.
    pub fn read(number: i32, scheme: i32) -> (Self, AgeAssuranceScheme) {
        let known = match scheme {
            0 => Some(AgeAssuranceScheme::Parcep),
            number => AgeAssuranceScheme::known(number),
        };
        match (Self::known(number), known) {
            (Some(assurance), Some(scheme)) => (assurance, scheme),
            _ => (Self::NotTold, AgeAssuranceScheme::Parcep),
        }
    }
}

impl AgeClaimScope {
    /// Reads a number; absent is [`Self::Range`], and an unknown one has no reading.
    pub fn read(number: i32) -> Option<Self> {
        match number {
            0 => Some(Self::Range),
            number => Self::known(number),
        }
    }
}

impl AgeBinding {
    /// Reads a number; an unknown one is not told.
    pub fn read(number: i32) -> Self {
        Self::known(number).unwrap_or_default()
    }
}

impl AgeEstablished {
    /// Reads a number; an unknown one is older.
    pub fn read(number: i32) -> Self {
        Self::known(number).unwrap_or(Self::Older)
    }

    /// Whether a check of this age is as recent as `asked`. Anything is where nothing was asked; a
    /// check that is not dated is as one that is older (R-AGE-030).
    ///
    /// ```
    /// use parcep_core::age::AgeEstablished;
    /// assert!(AgeEstablished::WithinDay.is_within(AgeEstablished::Within30Days));
    /// assert!(!AgeEstablished::NotTold.is_within(AgeEstablished::Within365Days));
    /// ```
    pub fn is_within(self, asked: Self) -> bool {
        let dated = if self == Self::NotTold {
            Self::Older
        } else {
            self
        };
        asked == Self::NotTold || dated <= asked
    }
}

impl AgeBasis {
    /// Reads a number; an unknown one is not told.
    pub fn read(number: i32) -> Self {
        Self::known(number).unwrap_or_default()
    }
}

impl AgeSupervision {
    /// Reads a number; an unknown one is not reported.
    pub fn read(number: i32) -> Self {
        Self::known(number).unwrap_or_default()
    }
}

impl AgeConsent {
    /// Reads a number; an unknown one is pending, for no other value opens less and lasts.
    pub fn read(number: i32) -> Self {
        Self::known(number).unwrap_or(Self::Pending)
    }
}

impl AgeChangeState {
    /// Reads a number; absent or unknown is pending.
    pub fn read(number: i32) -> Self {
        Self::known(number).unwrap_or(Self::Pending)
    }
}

impl AgeOutcome {
    /// Reads a number; absent or unknown is [`Self::AgeUnknown`].
    pub fn read(number: i32) -> Self {
        Self::known(number).unwrap_or(Self::AgeUnknown)
    }
}

impl AgePurpose {
    /// Whether an answer may tell who governs: supervision, controls, consent, changes and the
    /// handle (R-AGE-029). Their mere presence would tell a gate that somebody is a child.
    pub const fn tells_who_governs(self) -> bool {
        matches!(self, Self::SafetyDefaults | Self::ConsentFlow)
    }

    /// Whether a token may be presented for it: consent needs a signal (R-AGE-022).
    pub const fn is_presentable(self) -> bool {
        matches!(self, Self::AccessGate | Self::LegalCompliance)
    }
}

/// A change that a service gave notice of, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeChange {
    /// The service's id of it, 1 to 32 bytes.
    pub id: Vec<u8>,
    /// What became of it.
    pub state: AgeChangeState,
    /// When that was, days since 1970-01-01.
    pub decided_day: Option<i32>,
    /// Whether an adult, too, has to see it.
    pub adult_ack_required: bool,
    /// Earlier changes that it bundles in, at most 16 ids (R-AGE-043).
    pub earlier: Vec<Vec<u8>>,
}
