//! The axes are the wire's, name for name and number for number.

use super::*;
use parcep_proto::v1alpha1 as pb;

/// Every number from below the first to above the last.
const NUMBERS: std::ops::Range<i32> = -2..40;

macro_rules! is_the_wires {
    ($axis:ident, $prefix:literal) => {
        for number in NUMBERS {
            let wire = pb::$axis::try_from(number).ok();
            let name = wire.map(|value| value.as_str_name().strip_prefix($prefix).unwrap());
            let own = $axis::known(number);
            match own {
                Some(own) if own.wire() != 0 => {
                    assert_eq!(Some(own.name().to_uppercase().as_str()), name);
                    assert_eq!($axis::from_name(own.name()), Some(own));
                }
                _ => assert!(name.is_none_or(|name| name == "UNSPECIFIED"), "{name:?}"),
            }
        }
    };
}

/// R-AGE-060
#[test]
fn every_axis_has_the_numbers_and_names_of_the_wire() {
    is_the_wires!(AgeMethod, "AGE_METHOD_");
    is_the_wires!(DeclarantCheck, "DECLARANT_CHECK_");
    is_the_wires!(AgePurpose, "AGE_PURPOSE_");
    is_the_wires!(AgeAssurance, "AGE_ASSURANCE_");
    is_the_wires!(AgeAssuranceScheme, "AGE_ASSURANCE_SCHEME_");
    is_the_wires!(AgeClaimScope, "AGE_CLAIM_SCOPE_");
    is_the_wires!(AgeBinding, "AGE_BINDING_");
    is_the_wires!(AgeEstablished, "AGE_ESTABLISHED_");
    is_the_wires!(AgeBasis, "AGE_BASIS_");
    is_the_wires!(AgeSupervision, "AGE_SUPERVISION_");
    is_the_wires!(AgeControl, "AGE_CONTROL_");
    is_the_wires!(AgeConsent, "AGE_CONSENT_");
    is_the_wires!(AgeChangeState, "AGE_CHANGE_STATE_");
    is_the_wires!(AgeOutcome, "AGE_OUTCOME_");
}

/// R-AGE-012: the table of what is not known.
#[test]
fn a_number_of_a_later_version_never_says_more() {
    for number in [-1, 99, i32::MAX] {
        assert_eq!(DeclarantCheck::read(number), DeclarantCheck::NotTold);
        let not_told = (AgeAssurance::NotTold, AgeAssuranceScheme::Parcep);
        assert_eq!(AgeAssurance::read(number, 1), not_told);
        assert_eq!(AgeAssurance::read(5, number), not_told);
        assert_eq!(AgeBinding::read(number), AgeBinding::NotTold);
        assert_eq!(AgeEstablished::read(number), AgeEstablished::Older);
        assert_eq!(AgeBasis::read(number), AgeBasis::NotTold);
        assert_eq!(AgeSupervision::read(number), AgeSupervision::NotReported);
        assert_eq!(AgeConsent::read(number), AgeConsent::Pending);
        assert_eq!(AgeChangeState::read(number), AgeChangeState::Pending);
        assert_eq!(AgeOutcome::read(number), AgeOutcome::AgeUnknown);
        assert_eq!(AgeMethod::known(number), None);
        assert_eq!(AgePurpose::known(number), None);
        assert_eq!(AgeClaimScope::read(number), None);
        assert_eq!(AgeControl::known(number), None);
    }
    assert_eq!(AgeClaimScope::read(0), Some(AgeClaimScope::Range));
    let asserted = (AgeAssurance::Asserted, AgeAssuranceScheme::Parcep);
    assert_eq!(AgeAssurance::read(1, 0), asserted);
}

/// R-AGE-030
#[test]
fn what_is_not_told_meets_nothing_but_the_least() {
    assert!(AgeAssurance::NotTold.meets(AgeAssurance::Asserted));
    assert!(!AgeAssurance::NotTold.meets(AgeAssurance::Basic));
    assert!(AgeEstablished::NotTold.is_within(AgeEstablished::Older));
    assert!(!AgeEstablished::NotTold.is_within(AgeEstablished::Within365Days));
    for asked in AgeEstablished::ALL {
        assert!(AgeEstablished::WithinDay.is_within(*asked));
    }
}

#[test]
fn an_axis_is_its_name_in_json_and_nothing_else() {
    let json = serde_json::to_string(&AgeMethod::GuardianDeclared).unwrap();
    assert_eq!(json, "\"guardian_declared\"");
    assert_eq!(
        serde_json::from_str::<AgeMethod>(&json).unwrap(),
        AgeMethod::GuardianDeclared
    );
    for bad in ["\"tier_e\"", "2", "null", "\"GUARDIAN_DECLARED\""] {
        assert!(serde_json::from_str::<AgeMethod>(bad).is_err(), "{bad}");
    }
}
