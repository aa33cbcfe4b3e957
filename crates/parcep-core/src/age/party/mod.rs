//! What a relying party embeds: an app or a service that needs an age, and nothing more of it.

mod challenge;
mod feature;
mod judge;
mod knowledge;
mod reask;
mod regime;
mod resolve;
mod retry;
mod revoked;

pub use challenge::{Challenges, Nonce};
pub use feature::{feature_is_on, service_is_on};
pub use judge::{Because, Gate, Judgement, Threshold, Verdict, judge, judge_interval};
pub use knowledge::{KnowledgeLog, KnownAs, KnownClaim};
pub use reask::{Reask, may_ask};
pub use regime::{ConsentNeed, Regime};
pub use resolve::{Evidence, NoticeDue, Resolution, Resolved, Source, resolve};
pub use retry::{Next, Tries, class as retry_class};
pub use revoked::{ClaimTimes, Revocations, TooManyHandles};
