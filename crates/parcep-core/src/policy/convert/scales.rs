//! Safety sections that are scales and modes: ratings, communication, spending.

use parcep_proto::v1alpha1 as pb;
use prost::Message;

use super::*;

/// An unknown medium is read as every medium.
pub(super) fn read_medium(number: Option<i32>) -> Option<Medium> {
    let index = number.and_then(|number| usize::try_from(number.checked_sub(1)?).ok());
    index.and_then(|index| Medium::ALL.get(index)).copied()
}

pub(super) fn write_medium(medium: Option<Medium>) -> Option<i32> {
    medium.map(|medium| medium as i32 + 1)
}

pub(super) fn read_ratings(
    section: pb::RatingSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<RatingSection> {
    use pb::ceiling_rule::Ceiling as Wire;
    let mut ceilings = Vec::with_capacity(section.ceilings.len());
    for rule in &section.ceilings {
        let ceiling = match &rule.ceiling {
            Some(Wire::MaxAge(age)) => Ceiling::max_age(u8::try_from(*age).unwrap_or(u8::MAX))?,
            Some(Wire::Label(label)) => Ceiling::Label(label.parse()?),
            None => {
                unknown.push(unreadable(
                    &rule.id,
                    SectionName::Rating,
                    rule,
                    rule.review_by_day,
                    rule.on_unenforceable,
                )?);
                continue;
            }
        };
        let (id, medium) = (rule.id.parse()?, read_medium(rule.medium));
        ceilings.push(RatingRule {
            id,
            medium,
            ceiling,
            review_by: read_review(rule.review_by_day)?,
            on_unenforceable: read_fallback(rule.on_unenforceable),
        });
    }
    // A row for a medium that this version does not know is read as one for every medium, but for an
    // ALLOW, which its author gave to that medium alone (R-POL-006).
    let of_unknown_kind = |rule: &&pb::UnratedRule| {
        let unknown_medium = rule.medium.is_some() && read_medium(rule.medium).is_none();
        unknown_medium && rule.effect() == pb::UnratedEffect::Allow
    };
    for rule in section.unrated.iter().filter(of_unknown_kind) {
        unknown.push(unreadable(
            &rule.id,
            SectionName::Rating,
            rule,
            rule.review_by_day,
            rule.on_unenforceable,
        )?);
    }
    let read_unrated = |rule: &pb::UnratedRule| {
        let effect = match rule.effect() {
            pb::UnratedEffect::Allow => UnratedEffect::Allow,
            pb::UnratedEffect::Ask => UnratedEffect::Ask,
            pb::UnratedEffect::Block | pb::UnratedEffect::Unspecified => UnratedEffect::Block,
        };
        let (id, medium) = (rule.id.parse()?, read_medium(rule.medium));
        Ok(UnratedRule {
            id,
            medium,
            effect,
            review_by: read_review(rule.review_by_day)?,
            on_unenforceable: read_fallback(rule.on_unenforceable),
        })
    };
    let unrated = section
        .unrated
        .iter()
        .filter(|rule| !of_unknown_kind(rule))
        .map(read_unrated)
        .collect::<Outcome<_>>()?;
    let mut verdicts = Vec::with_capacity(section.verdicts.len());
    for rule in &section.verdicts {
        match read_about(rule.about.as_ref())? {
            Some(about) => verdicts.push(read_verdict(rule, about)?),
            None => unknown.push(unreadable(
                &rule.id,
                SectionName::Rating,
                rule,
                rule.review_by_day,
                rule.on_unenforceable,
            )?),
        }
    }
    read_extensions(section.extension_rules, SectionName::Rating, unknown)?;
    let ignore = section.ignore_guidance.unwrap_or(false);
    Ok(RatingSection {
        ceilings,
        unrated,
        guidance: if ignore {
            GuidanceLabels::Ignore
        } else {
            GuidanceLabels::Count
        },
        explicit_content: read_flag(section.explicit_content)?,
        verdicts,
    })
}

pub(super) fn write_ratings(
    section: &RatingSection,
    extension_rules: Vec<pb::ExtensionRule>,
) -> Vec<u8> {
    use pb::ceiling_rule::Ceiling as Wire;
    let ceiling = |rule: &RatingRule| pb::CeilingRule {
        id: rule.id.to_string(),
        medium: write_medium(rule.medium),
        ceiling: Some(match &rule.ceiling {
            Ceiling::MaxAge(age) => Wire::MaxAge(u32::from(age.years())),
            Ceiling::Label(label) => Wire::Label(label.to_string()),
        }),
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    };
    let unrated = |rule: &UnratedRule| pb::UnratedRule {
        id: rule.id.to_string(),
        medium: write_medium(rule.medium),
        effect: match rule.effect {
            UnratedEffect::Allow => pb::UnratedEffect::Allow.into(),
            UnratedEffect::Ask => pb::UnratedEffect::Ask.into(),
            UnratedEffect::Block => pb::UnratedEffect::Block.into(),
        },
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    };
    pb::RatingSection {
        ceilings: section.ceilings.iter().map(ceiling).collect(),
        unrated: section.unrated.iter().map(unrated).collect(),
        ignore_guidance: (section.guidance == GuidanceLabels::Ignore).then_some(true),
        explicit_content: write_flag(section.explicit_content.as_ref()),
        verdicts: section.verdicts.iter().map(write_verdict).collect(),
        extension_rules,
    }
    .encode_to_vec()
}

/// `None` when the rule is about something that this version does not know.
fn read_about(about: Option<&pb::verdict_rule::About>) -> Outcome<Option<VerdictAbout>> {
    use pb::verdict_rule::About;
    let concern = |number: i32| match pb::Concern::try_from(number) {
        Ok(pb::Concern::Content) => Some(Concern::Content),
        Ok(pb::Concern::Contact) => Some(Concern::Contact),
        Ok(pb::Concern::Conduct) => Some(Concern::Conduct),
        Ok(pb::Concern::Contract) => Some(Concern::Contract),
        Ok(pb::Concern::Unspecified) | Err(_) => None,
    };
    Ok(match about {
        None => None,
        Some(About::Category(category)) => Some(VerdictAbout::Category(read_category(category)?)),
        Some(About::Concern(number)) => concern(*number).map(VerdictAbout::Concern),
    })
}

fn read_verdict(rule: &pb::VerdictRule, about: VerdictAbout) -> Outcome<VerdictRule> {
    Ok(VerdictRule {
        id: rule.id.parse()?,
        about,
        min_confidence: rule.min_confidence_percent.unwrap_or(0).try_into()?,
        // An unknown effect is read as the strictest.
        effect: match rule.effect() {
            pb::VerdictEffect::Ask => VerdictEffect::Ask,
            pb::VerdictEffect::Block | pb::VerdictEffect::Unspecified => VerdictEffect::Block,
        },
        review_by: read_review(rule.review_by_day)?,
        on_unenforceable: read_fallback(rule.on_unenforceable),
    })
}

fn write_verdict(rule: &VerdictRule) -> pb::VerdictRule {
    use pb::verdict_rule::About;
    let concern = |concern| match concern {
        Concern::Content => pb::Concern::Content,
        Concern::Contact => pb::Concern::Contact,
        Concern::Conduct => pb::Concern::Conduct,
        Concern::Contract => pb::Concern::Contract,
    };
    pb::VerdictRule {
        id: rule.id.to_string(),
        about: Some(match &rule.about {
            VerdictAbout::Category(category) => About::Category(write_category(category)),
            VerdictAbout::Concern(of) => About::Concern(concern(*of).into()),
        }),
        min_confidence_percent: some_unless_default(rule.min_confidence).map(u32::from),
        effect: match rule.effect {
            VerdictEffect::Ask => pb::VerdictEffect::Ask.into(),
            VerdictEffect::Block => pb::VerdictEffect::Block.into(),
        },
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    }
}

pub(super) fn read_communication(
    section: pb::CommunicationSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<CommunicationSection> {
    let read_mode = |rule: pb::CommunicationRule, strictest: CommunicationMode| {
        let mode = match rule.mode() {
            pb::CommunicationMode::Unrestricted => CommunicationMode::Unrestricted,
            pb::CommunicationMode::Disabled => CommunicationMode::Disabled,
            pb::CommunicationMode::ContactsOnly => CommunicationMode::ContactsOnly,
            pb::CommunicationMode::Unspecified => strictest,
        };
        let id = rule.id.parse()?;
        Ok::<_, SectionError>(CommunicationRule {
            id,
            mode,
            review_by: read_review(rule.review_by_day)?,
            on_unenforceable: read_fallback(rule.on_unenforceable),
        })
    };
    let read_contact = |contact: pb::Contact| {
        if contact.name.len() > 256 {
            return Err(range("a contact's name", "at most 256 bytes"));
        }
        let identifiers = contact.identifiers.iter().map(|id| id.parse());
        let identifiers = identifiers.collect::<Result<_, PolicyError>>()?;
        Ok(Contact {
            name: contact.name,
            identifiers,
        })
    };
    read_extensions(section.extension_rules, SectionName::Communication, unknown)?;
    Ok(CommunicationSection {
        // An unknown mode leaves contact with those who are listed; in closed hours nothing opens.
        mode: section
            .mode
            .map(|rule| read_mode(rule, CommunicationMode::ContactsOnly))
            .transpose()?,
        contacts: section
            .contacts
            .into_iter()
            .map(read_contact)
            .collect::<Outcome<_>>()?,
        block_unknown_callers: read_flag(section.block_unknown_callers)?,
        when_closed: section
            .when_closed
            .map(|rule| read_mode(rule, CommunicationMode::Disabled))
            .transpose()?,
        contact_approval: read_flag(section.contact_approval)?,
    })
}

pub(super) fn write_communication(
    section: &CommunicationSection,
    extension_rules: Vec<pb::ExtensionRule>,
) -> Vec<u8> {
    let mode = |rule: &CommunicationRule| pb::CommunicationRule {
        id: rule.id.to_string(),
        mode: match rule.mode {
            CommunicationMode::Unrestricted => pb::CommunicationMode::Unrestricted.into(),
            CommunicationMode::ContactsOnly => pb::CommunicationMode::ContactsOnly.into(),
            CommunicationMode::Disabled => pb::CommunicationMode::Disabled.into(),
        },
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    };
    let contact = |contact: &Contact| pb::Contact {
        name: contact.name.clone(),
        identifiers: contact
            .identifiers
            .iter()
            .map(ToString::to_string)
            .collect(),
    };
    pb::CommunicationSection {
        mode: section.mode.as_ref().map(mode),
        when_closed: section.when_closed.as_ref().map(mode),
        contact_approval: write_flag(section.contact_approval.as_ref()),
        contacts: section.contacts.iter().map(contact).collect(),
        block_unknown_callers: write_flag(section.block_unknown_callers.as_ref()),
        extension_rules,
    }
    .encode_to_vec()
}

pub(super) fn read_spending(
    section: pb::SpendingSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<SpendingSection> {
    let read_cap = |cap: &pb::SpendingCap| {
        let amount = Money {
            currency: cap.currency.parse()?,
            minor: cap.minor_units,
        };
        Ok(SpendingCap {
            id: cap.id.parse()?,
            amount,
            // An unknown period is read as the longest.
            period: match cap.period.map(pb::SpendingPeriod::try_from) {
                Some(Ok(pb::SpendingPeriod::Week)) => SpendingPeriod::Week,
                Some(Ok(pb::SpendingPeriod::Day)) => SpendingPeriod::Day,
                _ => SpendingPeriod::Month,
            },
            review_by: read_review(cap.review_by_day)?,
            on_unenforceable: read_fallback(cap.on_unenforceable),
        })
    };
    read_extensions(section.extension_rules, SectionName::Spending, unknown)?;
    Ok(SpendingSection {
        approval: read_flag(section.approval)?,
        // An unknown class is read as every purchase.
        approval_class: match section.approval_class.map(pb::PurchaseClass::try_from) {
            Some(Ok(pb::PurchaseClass::Paid)) => PurchaseClass::Paid,
            Some(Ok(pb::PurchaseClass::InApp)) => PurchaseClass::InApp,
            _ => PurchaseClass::All,
        },
        caps: section.caps.iter().map(read_cap).collect::<Outcome<_>>()?,
        in_app: read_flag(section.in_app)?,
        free_downloads: read_flag(section.free_downloads)?,
    })
}

pub(super) fn write_spending(
    section: &SpendingSection,
    extension_rules: Vec<pb::ExtensionRule>,
) -> Vec<u8> {
    let cap = |cap: &SpendingCap| pb::SpendingCap {
        id: cap.id.to_string(),
        currency: cap.amount.currency.to_string(),
        minor_units: cap.amount.minor,
        period: match cap.period {
            SpendingPeriod::Month => None,
            SpendingPeriod::Week => Some(pb::SpendingPeriod::Week.into()),
            SpendingPeriod::Day => Some(pb::SpendingPeriod::Day.into()),
        },
        review_by_day: cap.review_by.map(write_date),
        on_unenforceable: write_fallback(cap.on_unenforceable),
    };
    pb::SpendingSection {
        approval: write_flag(section.approval.as_ref()),
        approval_class: match section.approval_class {
            PurchaseClass::All => None,
            PurchaseClass::Paid => Some(pb::PurchaseClass::Paid.into()),
            PurchaseClass::InApp => Some(pb::PurchaseClass::InApp.into()),
        },
        caps: section.caps.iter().map(cap).collect(),
        in_app: write_flag(section.in_app.as_ref()),
        free_downloads: write_flag(section.free_downloads.as_ref()),
        extension_rules,
    }
    .encode_to_vec()
}
