//! An issuer of age signals at a socket, asked in bytes of the judge's own.

use super::{Refusal, Relay, raw};
use bytes::Bytes;
use parcep_proto::v1alpha1 as pb;
use prost::Message;
use std::time::Duration;

/// Longest pause between two tries, where the issuer asks for patience.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// Tries of one call at most.
const MOST_TRIES: usize = 12;

/// How an issuer is asked, beside where it listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerTarget {
    /// The audience that the issuer sees at its socket (R-AGE-013).
    pub audience: String,
    /// Ed25519 key that signs its signals and tokens, if the tester knows it.
    pub issuer_key: Option<Vec<u8>>,
    /// Socket of the holder, `unix:PATH`, where tokens are asked for; by default the one of the audience.
    pub holder: Option<String>,
    /// Cut points that the issuer keeps for the audience, or may keep (R-AGE-015).
    pub cuts: Vec<u32>,
}

impl IssuerTarget {
    /// Asks for one audience, with cut points 13, 16 and 18.
    pub fn new(audience: impl Into<String>) -> Self {
        Self {
            audience: audience.into(),
            issuer_key: None,
            holder: None,
            cuts: vec![13, 16, 18],
        }
    }

    /// The command line that asks the same.
    pub(crate) fn command(&self, uri: &str) -> String {
        let path = |uri: &str| uri.strip_prefix("unix:").unwrap_or(uri).to_owned();
        let cuts: Vec<String> = self.cuts.iter().map(u32::to_string).collect();
        let mut command = format!(
            "parcep-conform issuer --socket {} --audience {} --cuts {}",
            path(uri),
            self.audience,
            cuts.join(",")
        );
        if let Some(holder) = &self.holder {
            command.push_str(&format!(" --holder {}", path(holder)));
        }
        if let Some(key) = &self.issuer_key {
            command.push_str(&format!(" --issuer-key {}", parcep_core::hex::encode(key)));
        }
        command
    }
}

/// Connections to an issuer: where the audience asks, and where the holder does.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    pub(crate) app: Relay,
    pub(crate) holder: Relay,
}

impl Issuer {
    pub(crate) async fn ask(&self, request: Vec<u8>) -> Result<pb::AgeSignalResponse, Refusal> {
        call(&self.app, "/parcep.v1alpha1.AgeSignalService/Ask", request).await
    }

    pub(crate) async fn issue_tokens(
        &self,
        request: Vec<u8>,
    ) -> Result<pb::IssueAgeTokensResponse, Refusal> {
        let method = "/parcep.v1alpha1.AgeSignalService/IssueTokens";
        call(&self.holder, method, request).await
    }

    pub(crate) async fn revoked_handles(
        &self,
        request: Vec<u8>,
    ) -> Result<pb::RevokedAgeHandlesResponse, Refusal> {
        let method = "/parcep.v1alpha1.AgeSignalService/RevokedHandles";
        call(&self.app, method, request).await
    }
}

/// Calls, and calls again as often as the issuer asks for patience: a rate is no verdict.
async fn call<R: Message + Default>(
    at: &Relay,
    method: &'static str,
    request: Vec<u8>,
) -> Result<R, Refusal> {
    let request = Bytes::from(request);
    let mut tries = 1;
    let answer = loop {
        match raw::call(at, method, request.clone()).await {
            Err(refusal) if refusal.asks_for_patience() && tries < MOST_TRIES => {
                let asked = refusal.said().and_then(|said| said.retry_after_ms);
                let pause = Duration::from_millis(asked.unwrap_or(1000));
                tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
                tries += 1;
            }
            answer => break answer?,
        }
    };
    R::decode(answer).map_err(|error| Refusal::Unreadable(error.to_string()))
}
