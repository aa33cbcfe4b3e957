//! Safety sections that are lists: apps and web.

use parcep_proto::v1alpha1 as pb;
use prost::Message;

use super::*;

pub(super) fn read_apps(
    section: pb::AppSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<AppSection> {
    use pb::app_rule::Target;
    let mut rules = Vec::with_capacity(section.rules.len());
    for rule in &section.rules {
        let target = match &rule.target {
            Some(Target::App(app)) => AppTarget::App(read_app(app)?),
            Some(Target::Publisher(name)) => AppTarget::Publisher(name.clone()),
            Some(Target::Category(category)) => AppTarget::Category(read_category(category)?),
            Some(Target::Everything(_)) => AppTarget::Any,
            None => {
                unknown.push(unreadable(
                    &rule.id,
                    SectionName::App,
                    rule,
                    rule.review_by_day,
                    rule.on_unenforceable,
                )?);
                continue;
            }
        };
        // An unknown access is read as the strictest.
        let access = rule
            .access
            .map(|access| match pb::AppAccess::try_from(access) {
                Ok(pb::AppAccess::Allow) => AppAccess::Allow,
                _ => AppAccess::Block,
            });
        let rule = AppRule {
            id: rule.id.parse()?,
            target,
            access,
            reason: rule.reason.clone(),
            always_allowed: rule.always_allowed,
            counts_toward_budget: !rule.not_counted,
            display_name: rule.display_name.clone(),
            review_by: read_review(rule.review_by_day)?,
            on_unenforceable: read_fallback(rule.on_unenforceable),
        };
        rule.check_ranges()?;
        rules.push(rule);
    }
    read_extensions(section.extension_rules, SectionName::App, unknown)?;
    Ok(AppSection {
        rules,
        install_approval: read_flag(section.install_approval)?,
    })
}

pub(super) fn write_apps(section: &AppSection, extension_rules: Vec<pb::ExtensionRule>) -> Vec<u8> {
    use pb::app_rule::Target;
    let write = |rule: &AppRule| pb::AppRule {
        id: rule.id.to_string(),
        target: Some(match &rule.target {
            AppTarget::App(app) => Target::App(write_app(app)),
            AppTarget::Publisher(name) => Target::Publisher(name.clone()),
            AppTarget::Category(category) => Target::Category(write_category(category)),
            AppTarget::Any => Target::Everything(pb::Everything {}),
        }),
        access: rule.access.map(|access| match access {
            AppAccess::Allow => pb::AppAccess::Allow.into(),
            AppAccess::Block => pb::AppAccess::Block.into(),
        }),
        reason: rule.reason.clone(),
        always_allowed: rule.always_allowed,
        not_counted: !rule.counts_toward_budget,
        display_name: rule.display_name.clone(),
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    };
    pb::AppSection {
        rules: section.rules.iter().map(write).collect(),
        install_approval: write_flag(section.install_approval.as_ref()),
        extension_rules,
    }
    .encode_to_vec()
}

pub(super) fn read_web(
    section: pb::WebSection,
    unknown: &mut Vec<UnknownRule>,
) -> Outcome<WebSection> {
    let read_mode = |rule: pb::WebRule| {
        let categories = rule
            .categories
            .iter()
            .map(read_category)
            .collect::<Outcome<Vec<_>>>()?;
        let mode = match rule.mode() {
            pb::WebMode::Unrestricted => WebMode::Unrestricted,
            pb::WebMode::BlockList => WebMode::BlockList,
            pb::WebMode::Filtered => WebMode::Filtered { categories },
            // An unknown mode is read as the strictest.
            pb::WebMode::AllowList | pb::WebMode::Unspecified => WebMode::AllowList,
        };
        Ok::<_, SectionError>(WebRule {
            id: rule.id.parse()?,
            mode,
            review_by: read_review(rule.review_by_day)?,
            on_unenforceable: read_fallback(rule.on_unenforceable),
        })
    };
    read_extensions(section.extension_rules, SectionName::Web, unknown)?;
    Ok(WebSection {
        mode: section.mode.map(read_mode).transpose()?,
        allow: read_hosts(&section.allow)?,
        block: read_hosts(&section.block)?,
        lists: section
            .lists
            .iter()
            .map(read_list)
            .collect::<Outcome<_>>()?,
        safe_search: read_flag(section.safe_search)?,
        safe_search_engines: section
            .safe_search_engines
            .iter()
            .map(|host| host.parse())
            .collect::<Result<_, PolicyError>>()?,
    })
}

fn read_list(rule: &pb::ListRule) -> Outcome<ListRule> {
    Ok(ListRule {
        id: rule.id.parse()?,
        // An unknown access is read as the strictest.
        access: match rule.access() {
            pb::ListAccess::Allow => ListAccess::Allow,
            pb::ListAccess::Block | pb::ListAccess::Unspecified => ListAccess::Block,
        },
        sha256: rule.sha256.as_slice().try_into()?,
        review_by: read_review(rule.review_by_day)?,
        on_unenforceable: read_fallback(rule.on_unenforceable),
    })
}

fn write_list(rule: &ListRule) -> pb::ListRule {
    pb::ListRule {
        id: rule.id.to_string(),
        access: match rule.access {
            ListAccess::Allow => pb::ListAccess::Allow.into(),
            ListAccess::Block => pb::ListAccess::Block.into(),
        },
        sha256: rule.sha256.bytes().to_vec(),
        review_by_day: rule.review_by.map(write_date),
        on_unenforceable: write_fallback(rule.on_unenforceable),
    }
}

pub(super) fn read_hosts(lists: &[pb::HostList]) -> Outcome<Vec<HostRule>> {
    let mut rules = Vec::new();
    for list in lists {
        let id: RuleId = list.id.parse()?;
        for host in &list.hosts {
            rules.push(HostRule {
                id: id.clone(),
                host: host.parse()?,
            });
        }
    }
    Ok(rules)
}

/// Neighbours with the same name share one list.
pub(super) fn write_hosts(rules: &[HostRule]) -> Vec<pb::HostList> {
    let lists = rules.chunk_by(|one, next| one.id == next.id);
    let write = |rules: &[HostRule]| pb::HostList {
        id: rules
            .first()
            .map(|rule| rule.id.to_string())
            .unwrap_or_default(),
        hosts: rules.iter().map(|rule| rule.host.to_string()).collect(),
    };
    lists.map(write).collect()
}

pub(super) fn write_web(section: &WebSection, extension_rules: Vec<pb::ExtensionRule>) -> Vec<u8> {
    let mode = section.mode.as_ref().map(|rule| {
        let (mode, categories) = match &rule.mode {
            WebMode::Unrestricted => (pb::WebMode::Unrestricted, Vec::new()),
            WebMode::BlockList => (pb::WebMode::BlockList, Vec::new()),
            WebMode::AllowList => (pb::WebMode::AllowList, Vec::new()),
            WebMode::Filtered { categories } => (
                pb::WebMode::Filtered,
                categories.iter().map(write_category).collect(),
            ),
        };
        pb::WebRule {
            id: rule.id.to_string(),
            mode: mode.into(),
            categories,
            review_by_day: rule.review_by.map(write_date),
            on_unenforceable: write_fallback(rule.on_unenforceable),
        }
    });
    pb::WebSection {
        mode,
        allow: write_hosts(&section.allow),
        block: write_hosts(&section.block),
        lists: section.lists.iter().map(write_list).collect(),
        safe_search: write_flag(section.safe_search.as_ref()),
        safe_search_engines: section
            .safe_search_engines
            .iter()
            .map(ToString::to_string)
            .collect(),
        extension_rules,
    }
    .encode_to_vec()
}
