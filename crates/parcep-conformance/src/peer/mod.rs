//! A small raw client: one method per call, nothing checked, nothing retried. A judge must be able
//! to send broken things, so this never goes through the client library.

mod household;
mod issuer;
pub(crate) mod raw;
mod refusal;

pub(crate) use household::{ALL_RIGHTS, Member, SMALL, Tip, access_key, create_request};
pub(crate) use issuer::Issuer;
pub use issuer::IssuerTarget;
pub(crate) use refusal::{Refusal, Said};

use crate::age::AgeTarget;
use crate::driver::Start;
use crate::point::PointTarget;
use crate::tape::Tape;
use parcep_proto::v1alpha1 as pb;
use pb::grpc::relay_service_client::RelayServiceClient;
use prost::Message;
use std::future::Future;
use std::time::Duration;
use tonic::Status;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

/// A relay that has not answered by then hangs. Two machines and a loaded disk stay far below.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The relay or issuer under test and what the tester was told about it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where it listens, such as `http://127.0.0.1:7117`, `https://relay.example:7117` or
    /// `unix:/run/age/org.example.game.sock`.
    pub uri: String,
    /// Certificate authority that signed its certificate, PEM; for `https` only.
    pub ca: Option<Vec<u8>>,
    /// Ed25519 key that signs its bookmarks, if it told us.
    pub relay_key: Option<Vec<u8>>,
    /// Admission voucher, where the relay asks for one.
    pub voucher: Vec<u8>,
    /// A relay that has not answered a call by then hangs; 10 s if nobody says otherwise.
    pub answer_within: Duration,
    /// How it is asked, if it is an issuer of age signals and no relay.
    pub issuer: Option<IssuerTarget>,
    /// How it is reached, if it is an enforcement point behind a driver.
    pub point: Option<PointTarget>,
    /// How it is reached, if it is an issuer or a relying party behind a driver.
    pub age: Option<AgeTarget>,
    /// Records what crosses the interface.
    pub(crate) tape: Tape,
}

impl Target {
    /// Waits a part of the time for what is behind a driver, and no less than a second.
    pub(crate) fn hurry(&mut self, less: u32) {
        let point = self.point.iter_mut().map(|point| &mut point.patience);
        let age = self.age.iter_mut().map(|asked| &mut asked.patience);
        for patience in point.chain(age) {
            *patience = (*patience / less)
                .max(Duration::from_secs(1))
                .min(*patience);
        }
    }

    /// A relay on plain HTTP/2 that asks for nothing.
    pub fn plain(uri: impl Into<String>) -> Self {
        Self {
            uri: uri.into(),
            ca: None,
            relay_key: None,
            voucher: Vec::new(),
            answer_within: ANSWER_WITHIN,
            issuer: None,
            point: None,
            age: None,
            tape: Tape::default(),
        }
    }

    /// An issuer of age signals at the socket of one audience, `unix:PATH`.
    pub fn issuer(uri: impl Into<String>, asked: IssuerTarget) -> Self {
        Self {
            issuer: Some(asked),
            ..Self::plain(uri)
        }
    }

    /// An enforcement point behind a driver.
    pub fn point(asked: PointTarget) -> Self {
        Self {
            point: Some(asked),
            ..Self::plain("")
        }
    }

    /// An issuer or a relying party behind a driver.
    pub fn age(asked: AgeTarget) -> Self {
        Self {
            age: Some(asked),
            ..Self::plain("")
        }
    }

    /// What is tested, for a report: an address, or the command of a driver.
    pub(crate) fn named(&self) -> String {
        let point = self.point.as_ref().map(|asked| &asked.start);
        let start = point.or_else(|| self.age.as_ref().map(|asked| &asked.start));
        start.map_or_else(|| self.uri.clone(), Start::named)
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> Result<Relay, Refusal> {
        let endpoint = self.endpoint().map_err(Refusal::Broken)?;
        let channel = in_time(self.answer_within, async {
            endpoint
                .connect()
                .await
                .map_err(|error| Status::from_error(Box::new(error)))
        });
        let channel = channel.await;
        let how = match &channel {
            Ok(_) => "connected".to_owned(),
            Err(refusal) => format!("no connection: {refusal}"),
        };
        self.tape.event(&how);
        Ok(Relay::new(channel?, self))
    }

    fn endpoint(&self) -> Result<Endpoint, String> {
        let text = |error: tonic::transport::Error| innermost(&error);
        let endpoint = Endpoint::from_shared(self.uri.clone()).map_err(text)?;
        if endpoint.uri().scheme_str() != Some("https") {
            return Ok(endpoint);
        }
        let mut tls = ClientTlsConfig::new();
        if let Some(ca) = &self.ca {
            tls = tls.ca_certificate(Certificate::from_pem(ca));
        }
        endpoint.tls_config(tls).map_err(text)
    }
}

fn innermost(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => innermost(cause),
        None => error.to_string(),
    }
}

const WATCH: &str = "/parcep.v1alpha1.RelayService/Watch";

/// One connection to the relay.
#[derive(Debug, Clone)]
pub(crate) struct Relay {
    answer_within: Duration,
    channel: Channel,
    client: RelayServiceClient<Channel>,
    tape: Tape,
}

/// One method per unary call.
macro_rules! unary {
    ($($name:ident($method:literal, $request:ident) -> $response:ident;)*) => {
        $(pub(crate) async fn $name(&self, request: pb::$request) -> Result<pb::$response, Refusal> {
            const METHOD: &str = concat!("/parcep.v1alpha1.RelayService/", $method);
            self.tape.called(METHOD, &request.encode_to_vec());
            let mut client = self.client.clone();
            let answer = in_time(self.answer_within, async move {
                client.$name(request).await.map(tonic::Response::into_inner)
            })
            .await;
            self.came(METHOD, &answer);
            answer
        })*
    };
}

impl Relay {
    fn new(channel: Channel, target: &Target) -> Self {
        Self {
            answer_within: target.answer_within,
            tape: target.tape.clone(),
            client: RelayServiceClient::new(channel.clone()),
            channel,
        }
    }

    unary! {
        challenge("Challenge", ChallengeRequest) -> ChallengeResponse;
        open_session("OpenSession", OpenSessionRequest) -> OpenSessionResponse;
        create_log("CreateLog", CreateLogRequest) -> CreateLogResponse;
        append("Append", AppendRequest) -> AppendResponse;
        read("Read", ReadRequest) -> ReadResponse;
        read_register("ReadRegister", ReadRegisterRequest) -> ReadRegisterResponse;
        write_register("WriteRegister", WriteRegisterRequest) -> WriteRegisterResponse;
        list_access("ListAccess", ListAccessRequest) -> ListAccessResponse;
        grant_access("GrantAccess", GrantAccessRequest) -> GrantAccessResponse;
        list_acts("ListActs", ListActsRequest) -> ListActsResponse;
    }

    /// Opens a watch and waits for its first item, so that a refusal shows here wherever the relay
    /// puts it.
    pub(crate) async fn watch(&self, request: pb::WatchRequest) -> Result<Watching, Refusal> {
        self.tape.called(WATCH, &request.encode_to_vec());
        let mut client = self.client.clone();
        let answer_within = self.answer_within;
        let opened = in_time(answer_within, async move {
            let mut stream = client.watch(request).await?.into_inner();
            let first = stream.message().await?;
            Ok((first, stream))
        })
        .await;
        let first = opened.as_ref().map(|(first, _)| first.clone());
        self.item(&first.map_err(Clone::clone));
        let (first, stream) = opened?;
        Ok(Watching {
            relay: self.clone(),
            first,
            stream,
        })
    }

    fn came<T: Message>(&self, method: &str, answer: &Result<T, Refusal>) {
        let shown = answer.as_ref().map(Message::encode_to_vec);
        match &shown {
            Ok(bytes) => self.tape.answered(method, Ok(bytes)),
            Err(refusal) => self.tape.answered(method, Err(refusal.to_string())),
        }
    }

    fn item(&self, came: &Result<Option<pb::WatchResponse>, Refusal>) {
        match came {
            Ok(None) => self.tape.answered(WATCH, Err("the stream ends".into())),
            Ok(Some(item)) => self.tape.answered(WATCH, Ok(&item.encode_to_vec())),
            Err(refusal) => self.tape.answered(WATCH, Err(refusal.to_string())),
        }
    }
}

/// An open watch.
#[derive(Debug)]
pub(crate) struct Watching {
    relay: Relay,
    first: Option<pb::WatchResponse>,
    stream: tonic::Streaming<pb::WatchResponse>,
}

impl Watching {
    /// The next entry; bookmarks, notices and registers between are passed over.
    pub(crate) async fn next_entry(&mut self) -> Result<Option<pb::Entry>, Refusal> {
        loop {
            match self.next().await? {
                Some(pb::watch_response::Item::Entry(entry)) => return Ok(Some(entry)),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// The next item; `None` when the relay ended the stream without an error.
    pub(crate) async fn next(&mut self) -> Result<Option<pb::watch_response::Item>, Refusal> {
        let item = match self.first.take() {
            Some(first) => Some(first),
            None => {
                let came = in_time(self.relay.answer_within, self.stream.message()).await;
                self.relay.item(&came);
                came?
            }
        };
        Ok(item.and_then(|response| response.item))
    }
}

async fn in_time<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, Status>>,
) -> Result<T, Refusal> {
    match tokio::time::timeout(limit, call).await {
        Ok(answer) => answer.map_err(Refusal::from),
        Err(_) => Err(Refusal::Silent(
            u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
        )),
    }
}
