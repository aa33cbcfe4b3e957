//! The next item of a watch. Nothing waits for a clock (R-CONF-006): what must not come is told from what comes
//! next.

use super::play::{Play, harness};
use super::script::Take;
use super::types::{Type, get, rpc};
use super::wish;
use crate::peer::{Refusal, raw};
use crate::trial::{Outcome, Stop};
use crate::wire;
use parcep_proto::v1alpha1 as pb;
use prost_reflect::{DynamicMessage, Value};

/// Items that a relay may send before the one that is waited for.
const PASSED_OVER: usize = 64;

/// An open watch.
#[derive(Debug)]
pub(super) struct Watch(pub(super) raw::Stream);

impl Watch {
    /// Kind and message of the next item; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<(String, Value)>, Refusal> {
        let Some(bytes) = self.0.next().await? else {
            return Ok(None);
        };
        let unreadable = |error: String| Refusal::Unreadable(error);
        let of = rpc("Watch").map_err(unreadable)?.output();
        let item = DynamicMessage::decode(of, bytes);
        let item = item.map_err(|error| unreadable(error.to_string()))?;
        let known = item.fields().next();
        Ok(Some(known.map_or_else(
            || ("unknown".into(), Value::Bool(false)),
            |(field, value)| (field.name().to_owned(), value.clone()),
        )))
    }

    /// Reads until it ends. A bound of items keeps a relay that never ends it from holding us.
    async fn drain(&mut self) -> Result<(), Refusal> {
        for _ in 0..PASSED_OVER {
            if self.next().await?.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl Play<'_> {
    pub(super) async fn take(&mut self, take: &'static Take) -> Outcome {
        let Some(mut watch) = self.watches.remove(&take.from) else {
            return Err(harness(format!("there is no watch `{}`", take.from)));
        };
        let taken = self.take_from(take, &mut watch).await;
        self.watches.insert(take.from.clone(), watch);
        taken
    }

    async fn take_from(&mut self, take: &'static Take, watch: &mut Watch) -> Outcome {
        if !take.refused.is_empty() {
            let reasons: Vec<&str> = take.refused.iter().map(String::as_str).collect();
            let what = format!("the watch `{}` to its end", take.from);
            let ended = watch.drain().await;
            return self.trial.refused(&what, ended, &reasons).map(drop);
        }
        let kind = take.item.as_deref().unwrap_or("entry");
        let item = self.wait(take, watch, kind).await?;
        if take.signed {
            self.is_signed(&item)?;
        }
        let place = item_type(kind).map_err(harness)?;
        self.holds(take.role(), &take.is, &place, &item)?;
        if let Some(name) = &take.keep {
            self.store.keep(name, item);
        }
        Ok(())
    }

    async fn wait(
        &mut self,
        take: &'static Take,
        watch: &mut Watch,
        kind: &str,
    ) -> Result<Value, Stop> {
        let what = format!("the next item of `{}`", take.from);
        let mut last = String::from("too many other items");
        for _ in 0..PASSED_OVER {
            match watch.next().await {
                Ok(Some((seen, item))) if seen == kind => {
                    if self.is_so(take, kind, &item)? {
                        let observed = format!("a {seen}");
                        self.trial.record(
                            take.role(),
                            &what,
                            format!("a {kind}"),
                            observed,
                            true,
                        )?;
                        return Ok(item);
                    }
                }
                Ok(Some((seen, _))) if passes(kind, &seen) => {}
                Ok(Some((seen, _))) => {
                    last = format!("a {seen}");
                    break;
                }
                Ok(None) => {
                    last = "the end of the stream".into();
                    break;
                }
                Err(refusal) => {
                    last = refusal.to_string();
                    break;
                }
            }
        }
        self.trial
            .record(take.role(), &what, format!("a {kind}"), last, false)?;
        Err(Stop::Failed)
    }

    /// Whether an item is the one that is waited for.
    fn is_so(&mut self, take: &'static Take, kind: &str, item: &Value) -> Result<bool, Stop> {
        let place = item_type(kind).map_err(harness)?;
        for (path, wish) in &take.until {
            let place = place.at(path).map_err(harness)?;
            let seen = get(item, path);
            let judged = wish::judge(&mut self.store, &place, seen.as_ref(), wish);
            if !judged.map_err(harness)?.ok {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// R-RELAY-012; the handle is the guardian's.
    fn is_signed(&mut self, item: &Value) -> Outcome {
        let key = self.trial.target.relay_key.clone().unwrap_or_default();
        let handle = self.actor("guardian")?.member.handle.clone();
        let bookmark: Option<pb::Bookmark> =
            item.as_message().and_then(|item| item.transcode_to().ok());
        let ok = bookmark.is_some_and(|it| wire::bookmark_is_signed(&it, &handle, &key));
        let seen = if ok { "verifies" } else { "does not verify" };
        self.trial
            .check("signature under the relay key", "verifies", seen, ok)
    }
}

/// Type of an item of this kind.
pub(super) fn item_type(kind: &str) -> Result<Type, String> {
    Type::of(rpc("Watch")?.output()).at(kind)
}

/// Bookmarks and notices may come at any time; an act comes behind whatever was there before.
fn passes(wanted: &str, seen: &str) -> bool {
    wanted == "act" || matches!(seen, "bookmark" | "compaction" | "act" | "unknown")
}
