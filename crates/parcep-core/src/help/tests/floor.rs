//! What is on the floor, and who may call back.

use serde_json::json;

use super::super::{CallBacks, FloorService, HelpDirectory, HelpLine, RightsFloor};
use super::{directory, line};
use crate::decide::{Action, ServiceUrn};
use crate::policy::{ContactId, HostName};

fn contact(text: &str) -> ContactId {
    text.parse().unwrap()
}

/// R-FLOOR-001: every number of every line, in every form in which somebody dials it.
#[test]
fn every_number_of_the_directory_is_on_the_floor() {
    let help = HelpDirectory::bundled();
    let floor = RightsFloor::new(help, []);
    for line in help.lines() {
        let emergency = line.emergency.as_deref();
        if let Some(number) = emergency {
            assert_eq!(
                floor.dialled(number),
                Some(FloorService::Emergency),
                "{number}"
            );
        }
        for number in [&line.number, &line.sms].into_iter().flatten() {
            assert_eq!(
                floor.dialled(number),
                Some(FloorService::Helpline),
                "{number}"
            );
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            assert_eq!(
                floor.dialled(&digits),
                Some(FloorService::Helpline),
                "{digits}"
            );
        }
    }
    for (dialled, service) in [
        ("0800 1111", Some(FloorService::Helpline)),
        (" (0800) 11-11 ", Some(FloorService::Helpline)),
        ("+44 800 1111", Some(FloorService::Helpline)),
        ("0044 800 1111", Some(FloorService::Helpline)),
        ("+1 800 422 4453", Some(FloorService::Helpline)),
        ("800-422-4453", Some(FloorService::Helpline)),
        ("116111", Some(FloorService::Helpline)),
        ("112", Some(FloorService::Emergency)),
        (
            "urn:service:counseling.children",
            Some(FloorService::Helpline),
        ),
        ("URN:service:SOS.police", Some(FloorService::Emergency)),
        // Near, and not it.
        ("800 1111", None),
        ("08001112", None),
        ("0800 1111 1", None),
        ("+49 800 1111", None),
        ("1161110", None),
        ("urn:service:sosx", None),
        ("friend@example.org", None),
        ("", None),
    ] {
        assert_eq!(floor.dialled(dialled), service, "{dialled}");
    }
}

/// R-FLOOR-001: the numbers of the platform count beside those of the directory, and come first.
#[test]
fn numbers_that_the_platform_marks_are_emergency_calls() {
    let help = directory(1, &[line("XA", "119")]);
    let floor = RightsFloor::new(&help, ["000", "119"]);
    assert_eq!(floor.dialled("000"), Some(FloorService::Emergency));
    assert_eq!(floor.dialled("119"), Some(FloorService::Emergency));
    assert_eq!(RightsFloor::new(&help, []).dialled("000"), None);
}

/// R-FLOOR-001: what is on the floor becomes the service, everything else stays what it is.
#[test]
fn one_call_before_decide_turns_actions_into_services() {
    let floor = RightsFloor::new(HelpDirectory::bundled(), ["110"]);
    let service = |urn: &str| Action::Service(ServiceUrn::new(urn).unwrap());
    let call = |id: &str, incoming| Action::Contact {
        id: Some(contact(id)),
        incoming,
    };
    let children = service("urn:service:counseling.children");
    let host = |name: &str| Action::Host(name.parse().unwrap());
    for (asked, seen) in [
        (call("0800 1111", false), children.clone()),
        (call("110", false), service("urn:service:sos")),
        (call("urn:service:sos", false), service("urn:service:sos")),
        (host("www.childline.org.uk"), children.clone()),
        (call("0800 1111", true), call("0800 1111", true)),
        (call("0800 2222", false), call("0800 2222", false)),
        (host("childline.org.uk"), host("childline.org.uk")),
        (
            service("urn:service:sos.fire"),
            service("urn:service:sos.fire"),
        ),
        (Action::Device, Action::Device),
    ] {
        let shown = format!("{asked:?}");
        assert_eq!(floor.apply(asked), seen, "{shown}");
    }
}

/// R-FLOOR-002: the host of each entry, and nothing below or above it.
#[test]
fn the_host_of_an_entry_is_on_the_floor_and_its_neighbours_are_not() {
    let help = HelpDirectory::bundled();
    let floor = RightsFloor::new(help, []);
    let mut pages = 0;
    for line in help.lines() {
        let Some(host) = line.host() else { continue };
        pages += 1;
        assert_eq!(floor.host(&host), Some(FloorService::Helpline));
        let below: HostName = format!("a.{}", host.as_str()).parse().unwrap();
        assert_eq!(floor.host(&below), None, "{}", below.as_str());
        let beside: HostName = format!("x{}", host.as_str()).parse().unwrap();
        assert_eq!(floor.host(&beside), None, "{}", beside.as_str());
    }
    assert!(pages >= 15);
    assert_eq!(floor.hosts().count(), pages);
}

/// R-FLOOR-003: 24 h from the last call, by any form of the number, and not longer.
#[test]
fn a_helpline_may_call_back_for_a_day() {
    let floor = RightsFloor::new(HelpDirectory::bundled(), []);
    let mut backs = CallBacks::new();
    backs.reached(&floor, &contact("0800 1111"), 1_000);
    backs.reached(&floor, &contact("0170 1234567"), 1_000);
    for form in ["08001111", "+448001111"] {
        assert!(backs.admits(&contact(form), 1_000));
        assert!(backs.admits(&contact(form), 1_000 + 86_399));
        assert!(!backs.admits(&contact(form), 1_000 + 86_400));
    }
    assert!(
        !backs.admits(&contact("0170 1234567"), 1_001),
        "no number off the floor is kept"
    );
    assert!(
        !backs.admits(&contact("116 111"), 1_001),
        "nobody called it"
    );
    backs.forget(90_000);
    assert!(
        !backs.admits(&contact("0800 1111"), 1_001),
        "what ended is forgotten"
    );
}

proptest::proptest! {
    /// R-FLOOR-001, R-FLOOR-011: whatever a directory and a dialling person say, what is read is
    /// within the bounds, and what is not listed is on no floor.
    #[test]
    fn hostile_text_is_read_within_the_bounds_or_not_at_all(
        number in "[+(0-9][-0-9 ().]{0,30}[0-9a*]",
        https in "(https://|https://|http://)(a@)?[a-z]{1,3}[.][a-z0-9]{1,3}[a-z:/.\\ -]{0,9}",
        region in "[A-Z]{2}|[A-Za-z]{0,3}",
        text in "\\PC{1,66}",
        dialled in "[+0-9]{0,12}",
    ) {
        let row = json!({
            "region": region, "name": text, "number": number, "https": https, "languages": ["en"],
            "hours": text, "zones": [region], "source": text,
        });
        let read = directory(1, &[row, line("XA", "119")]);
        proptest::prop_assert!(read.lines().all(HelpLine::is_well_formed));
        let floor = RightsFloor::new(&read, []);
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        if floor.dialled(&dialled).is_some() {
            let mut numbers = read.lines().filter_map(|line| line.number.as_deref());
            proptest::prop_assert!(numbers.any(|number| digits(&dialled).ends_with(&digits(number))));
        }
        for host in floor.hosts() {
            proptest::prop_assert!(https.starts_with("https://") || read.lines().count() < 3);
            proptest::prop_assert!(!host.is_address());
        }
    }
}
