//! The one call before `decide`: what somebody dials or opens, as the service that it is on the
//! floor (R-FLOOR-001, R-FLOOR-002), and who may call back (R-FLOOR-003).

use std::collections::{BTreeSet, HashMap};

use super::{HelpDirectory, HelpLine};
use crate::decide::{Action, ServiceUrn};
use crate::policy::{ContactId, HostName};

/// How long an answer may come back, in seconds (R-FLOOR-003).
const CALL_BACK: u64 = 86_400;

/// Which service an action is on the floor as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FloorService {
    /// `urn:service:sos`.
    Emergency,
    /// `urn:service:counseling.children`.
    Helpline,
}

impl FloorService {
    /// The URN (RFC 5031).
    #[must_use]
    pub const fn urn(self) -> &'static str {
        match self {
            Self::Emergency => "urn:service:sos",
            Self::Helpline => "urn:service:counseling.children",
        }
    }
}

/// The rights floor as a device sees it: every entry of its directory, and the emergency numbers
/// of its platform.
///
/// ```
/// use parcep_core::decide::{Action, ServiceUrn};
/// use parcep_core::help::{FloorService, HelpDirectory, RightsFloor};
/// // Once, and again when the platform says other numbers: the SIM and the network know them.
/// let floor = RightsFloor::new(HelpDirectory::bundled(), ["110", "112"]);
///
/// // Before every decision:
/// let dialled = Action::Contact { id: Some("0800 11 11".parse()?), incoming: false };
/// let asked = floor.apply(dialled);
/// assert!(matches!(&asked, Action::Service(urn) if urn.on_rights_floor()));
/// // … decide(&policy, &usage, &Context::new(now, &asked))
///
/// // A gateway that sees names only:
/// assert_eq!(floor.host(&"www.childline.org.uk".parse()?), Some(FloorService::Helpline));
/// assert_eq!(floor.host(&"shop.childline.org.uk".parse()?), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RightsFloor {
    /// Normal forms (R-POL-014) of everything that somebody may dial for a number: the service, and
    /// which number it is.
    numbers: HashMap<String, (FloorService, usize)>,
    hosts: BTreeSet<HostName>,
}

impl RightsFloor {
    /// The floor of a device with this directory, whose platform, SIM or network marks these
    /// numbers as emergency numbers. Every line of the directory counts: children travel.
    #[must_use]
    pub fn new<'a>(
        directory: &HelpDirectory,
        platform_emergency: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let mut floor = Self {
            numbers: HashMap::new(),
            hosts: directory.lines().filter_map(HelpLine::host).collect(),
        };
        for line in directory.lines() {
            for number in [&line.number, &line.sms].into_iter().flatten() {
                let forms = dialled_forms(number, line.calling_code.as_deref());
                floor.add(forms, FloorService::Helpline);
            }
        }
        // Last, so that a number that is both is an emergency call.
        for number in directory
            .lines()
            .filter_map(|line| line.emergency.as_deref())
        {
            floor.add(dialled_forms(number, None), FloorService::Emergency);
        }
        for number in platform_emergency {
            floor.add(dialled_forms(number, None), FloorService::Emergency);
        }
        floor
    }

    fn add(&mut self, forms: Vec<String>, service: FloorService) {
        let which = self.numbers.len();
        for form in forms {
            self.numbers.insert(form, (service, which));
        }
    }

    /// The service behind a number that somebody dials or sends a message to, or behind a URN.
    #[must_use]
    pub fn contact(&self, contact: &ContactId) -> Option<FloorService> {
        if let Ok(urn) = ServiceUrn::new(contact.as_str()) {
            return service_of(&urn);
        }
        let found = self.numbers.get(contact.as_str());
        found.map(|(service, _)| *service)
    }

    /// Everything that is the same number as `contact`: with and without the calling code.
    fn same_number<'a>(&'a self, contact: &'a ContactId) -> impl Iterator<Item = &'a str> {
        let which = self.numbers.get(contact.as_str()).map(|(_, which)| *which);
        let forms = self.numbers.iter();
        let same = forms.filter(move |(_, (_, other))| Some(*other) == which);
        let same = same.map(|(form, _)| form.as_str());
        same.chain([contact.as_str()])
    }

    /// The same for text as it was dialled. What is no identifier of a contact is on no floor.
    #[must_use]
    pub fn dialled(&self, text: &str) -> Option<FloorService> {
        self.contact(&text.parse().ok()?)
    }

    /// The service behind a host, compared exactly: what is below it is not on the floor
    /// (R-FLOOR-002).
    #[must_use]
    pub fn host(&self, host: &HostName) -> Option<FloorService> {
        self.hosts.contains(host).then_some(FloorService::Helpline)
    }

    /// Every host that a gateway admits and resolves (R-FLOOR-002).
    pub fn hosts(&self) -> impl Iterator<Item = &HostName> {
        self.hosts.iter()
    }

    /// The action to ask about: the service, where the action is on the floor, else the action
    /// itself. Incoming contact is asked of [`CallBacks`].
    #[must_use]
    pub fn apply(&self, action: Action) -> Action {
        let found = match &action {
            Action::Contact {
                id: Some(id),
                incoming: false,
            } => self.contact(id),
            Action::Host(host) => self.host(host),
            _ => None,
        };
        match found.map(|service| ServiceUrn::new(service.urn())) {
            Some(Ok(urn)) => Action::Service(urn),
            _ => action,
        }
    }
}

fn service_of(urn: &ServiceUrn) -> Option<FloorService> {
    let emergency = urn
        .contact()
        .as_str()
        .strip_prefix(FloorService::Emergency.urn())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let other = urn.on_rights_floor().then_some(FloorService::Helpline);
    if emergency {
        Some(FloorService::Emergency)
    } else {
        other
    }
}

/// Everything that a person may dial for `number`, in normal form: the digits as people there dial
/// them, and from abroad the calling code and the number without the digit that leads a national
/// call (`0`, in North America `1`).
fn dialled_forms(number: &str, calling_code: Option<&str>) -> Vec<String> {
    let Ok(normal) = number.parse::<ContactId>() else {
        return Vec::new();
    };
    let normal = normal.as_str().to_owned();
    let digits = normal.trim_start_matches('+').to_owned();
    if normal.starts_with('+') {
        return vec![format!("00{digits}"), digits, normal];
    }
    let Some(code) = calling_code else {
        return vec![normal];
    };
    let trunk = if code == "1" { "1" } else { "0" };
    let national = digits.strip_prefix(trunk).unwrap_or(&digits);
    let mut forms = vec![format!("+{code}{national}"), format!("00{code}{national}")];
    if code == "1" {
        forms.push(national.to_owned());
    }
    forms.push(normal);
    forms
}

/// Who may call back: numbers and services on the floor that somebody reached, until 24 h later
/// (R-FLOOR-003). Keep it in memory; it remembers nothing else, and not longer (R-FLOOR-006).
///
/// Seconds are those of any clock of the device that does not stand still; the time of day is not
/// needed.
#[derive(Debug, Clone, Default)]
pub struct CallBacks {
    until: HashMap<String, u64>,
}

impl CallBacks {
    /// Nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Somebody reached `contact`, which `floor` has, at `now`. Of other contacts nothing is kept.
    pub fn reached(&mut self, floor: &RightsFloor, contact: &ContactId, now: u64) {
        self.until.retain(|_, until| now < *until);
        if floor.contact(contact).is_some() {
            let until = now.saturating_add(CALL_BACK);
            for form in floor.same_number(contact) {
                self.until.insert(form.to_owned(), until);
            }
        }
    }

    /// Whether a call or message from `contact` is admitted at `now`, whatever the rules say.
    #[must_use]
    pub fn admits(&self, contact: &ContactId, now: u64) -> bool {
        let until = self.until.get(contact.as_str());
        until.is_some_and(|until| now < *until)
    }

    /// Forgets what has ended by `now`.
    pub fn forget(&mut self, now: u64) {
        self.until.retain(|_, until| now < *until);
    }
}
