//! The suite's end of the driver contract (`spec/driver.md`): start a product, ask, and tell exactly how
//! it broke the contract where it did.
//!
//! ```text
//! Start ──► Link (a process, a device that dials in, one that is dialled) ──► Driver::request ──► Answer | Fault
//! ```

mod answer;
mod fault;
mod link;
mod start;

pub use answer::Answer;
pub use fault::Fault;
pub use start::{Door, Start};

use crate::tape::Tape;
use link::Link;
use serde_json::{Map, Value};
use std::path::Path;
use std::time::Duration;

/// The contract that this suite speaks.
pub const CONTRACT: i64 = 1;
/// A line beyond this is none.
const LONGEST_LINE: usize = 1 << 20;
/// How long `stop` may take.
const STOPS_WITHIN: Duration = Duration::from_secs(5);

/// A product under test, started once.
#[derive(Debug)]
pub struct Driver {
    link: Link,
    patience: Duration,
    asked: u64,
    /// Number of the request before.
    before: String,
    salt: u64,
    tape: Tape,
}

impl Driver {
    /// Starts the product on a folder of its own. `salt` makes the numbers of requests say nothing.
    ///
    /// # Errors
    /// If it cannot be started or does not come.
    pub async fn start(
        start: &Start,
        folder: &Path,
        patience: Duration,
        salt: u64,
    ) -> Result<Self, Fault> {
        let link = Link::open(start, folder, patience).await?;
        Ok(Self {
            link,
            patience,
            asked: 0,
            before: String::new(),
            salt,
            tape: Tape::default(),
        })
    }

    /// Writes down what it is asked and what it answers.
    pub(crate) fn recorded(mut self, tape: &Tape) -> Self {
        tape.event("the program is started");
        self.tape = tape.clone();
        self
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// [`Fault`] says how the contract was broken; the driver is not to be asked again then.
    pub async fn request(
        &mut self,
        op: &str,
        members: Map<String, Value>,
    ) -> Result<Answer, Fault> {
        if let Some(line) = self.link.unasked() {
            self.tape.came(&line);
            return Err(Fault::Unasked(line));
        }
        self.asked += 1;
        // Neither the order nor the test can be read from it.
        let seq = format!("{:016x}", mixed(self.salt.wrapping_add(self.asked)));
        let mut request = Map::new();
        request.insert("seq".into(), seq.clone().into());
        request.insert("op".into(), op.into());
        request.extend(members);
        let line = Value::Object(request).to_string();
        self.tape.sent(&line);
        self.link.send(&line, self.patience).await?;
        let line = self.link.line(op, self.patience).await;
        match &line {
            Ok(line) => self.tape.came(line),
            Err(fault) => self.tape.event(&fault.to_string()),
        }
        let line = line?;
        match Answer::read(&line, &seq) {
            // The second answer to the request before, which came too late to be seen there.
            Err(Fault::Order { got, line, .. }) if self.before == got => Err(Fault::Unasked(line)),
            answer => {
                self.before = seq;
                answer
            }
        }
    }

    /// Asks it to end, and waits until it has.
    ///
    /// # Errors
    /// If it says something else, or does not end.
    pub async fn stop(mut self) -> Result<(), Fault> {
        let answer = self.request("stop", Map::new()).await?;
        answer.is_ok("stop")?;
        let ended = self.link.ended(STOPS_WITHIN).await;
        match &ended {
            Ok(()) => self.tape.event("the program has ended"),
            Err(fault) => self.tape.event(&fault.to_string()),
        }
        ended
    }

    /// Takes its power away.
    pub async fn kill(mut self) {
        self.tape.event("the program is killed");
        self.link.kill().await;
    }
}

/// One step of SplitMix64.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
