//! Hosts: names, lists, modes.

use super::apps::Explicit;
use super::model::{Layer, Now};
use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use parcep_proto::v1alpha1 as pb;
use pb::WebMode;

/// R-POL-012: a host in lower-case A-labels, or `None` if it is none.
pub(super) fn mapped(host: &str) -> Option<String> {
    let ascii = Uts46::new()
        .to_ascii(
            host.as_bytes(),
            AsciiDenyList::EMPTY,
            Hyphens::Allow,
            DnsLength::Ignore,
        )
        .ok()?;
    let name = ascii.strip_suffix('.').unwrap_or(&ascii);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    };
    (name.len() <= 253 && name.split('.').all(is_label)).then(|| name.to_owned())
}

/// R-POL-013: an entry covers the host itself and every host below it.
pub(super) fn covers(entry: &str, host: &str) -> bool {
    let is_address = host
        .rsplit('.')
        .next()
        .is_some_and(|label| label.bytes().all(|b| b.is_ascii_digit()));
    entry == host
        || (!is_address
            && host
                .strip_suffix(entry)
                .is_some_and(|rest| rest.ends_with('.')))
}

/// The entries of a list that cover a host: number of labels and name, in order.
fn covering<'a>(
    lists: &'a [pb::HostList],
    host: &'a str,
) -> impl Iterator<Item = (usize, &'a str)> {
    let entries = lists
        .iter()
        .flat_map(|list| list.hosts.iter().map(|entry| (entry, list.id.as_str())));
    entries.filter_map(move |(entry, id)| {
        let entry = mapped(entry)?;
        covers(&entry, host).then(|| (entry.split('.').count(), id))
    })
}

/// R-EVAL-011: of all entries that cover the host the one with the most labels; block wins.
pub(super) fn explicit(layer: &Layer, host: &str) -> Option<Explicit> {
    let host = mapped(host)?;
    let most = |lists| covering(lists, &host).map(|(labels, _)| labels).max();
    let (allow, block) = (most(&layer.web.allow), most(&layer.web.block));
    let first = |lists, labels| {
        let mut entries = covering(lists, &host);
        entries
            .find(|(count, _)| *count == labels)
            .map(|(_, id)| id.to_owned())
    };
    match (allow, block) {
        (allow, Some(block)) if allow.is_none_or(|allow| allow <= block) => {
            first(&layer.web.block, block).map(Explicit::Block)
        }
        (Some(allow), _) => first(&layer.web.allow, allow).map(Explicit::Allow),
        (None, _) => None,
    }
}

/// R-EVAL-012: the rule of allow-list mode, where no allow entry covers the host.
pub(super) fn not_listed(layer: &Layer, host: &str) -> Option<String> {
    let rule = layer.web.mode.as_ref()?;
    let is_list = match WebMode::try_from(rule.mode) {
        Ok(WebMode::Unrestricted | WebMode::BlockList | WebMode::Filtered) => false,
        // R-POL-006: what is unknown is an allow list.
        Ok(WebMode::AllowList | WebMode::Unspecified) | Err(_) => true,
    };
    let listed =
        mapped(host).is_some_and(|host| covering(&layer.web.allow, &host).next().is_some());
    (is_list && !listed).then(|| rule.id.clone())
}

/// R-EVAL-012: the rule of filtered mode, where the host is in a listed category.
pub(super) fn filtered(now: &Now<'_>, layer: &Layer, host: &str) -> Option<String> {
    // R-EVAL-024: what is no name is in no category.
    mapped(host)?;
    let rule = layer.web.mode.as_ref()?;
    let is_filter = rule.mode == WebMode::Filtered as i32;
    let mut categories = rule.categories.iter();
    let is_listed = categories.any(|category| now.question.categories.contains(category));
    (is_filter && is_listed).then(|| rule.id.clone())
}
