//! Faults of watching.

use crate::fault::Fault;
use crate::faulty::{Answer, Faulty, Items};
use crate::refusal;
use parcep_proto::v1alpha1 as pb;
use parcep_proto::v1alpha1::grpc::relay_service_server::RelayService;
use pb::WatchResponse;
use pb::watch_response::Item;
use tokio_stream::StreamExt as _;
use tonic::{Request, Response, Status};

impl<T: RelayService> Faulty<T> {
    pub(crate) async fn lying_watch(&self, mut request: pb::WatchRequest) -> Answer<Items> {
        request.session = self.acting(request.session);
        let answer = self.inner.watch(Request::new(request.clone())).await;
        let items: Items = match answer {
            Ok(response) => Box::pin(response.into_inner()),
            Err(status) => self.resume_anyway(request, status).await?,
        };
        Ok(Response::new(self.spoilt(items)))
    }

    /// Watches from the start and leaves out what the watcher says it knows.
    async fn resume_anyway(
        &self,
        mut request: pb::WatchRequest,
        status: Status,
    ) -> Result<Items, Status> {
        if self.fault != Fault::ResumesAnywhere || !refusal::is(&status, &["UNKNOWN_POSITION"]) {
            return Err(status);
        }
        let from = request.from_seq;
        request.from_seq = 0;
        request.from_hash = vec![0; 32];
        let response = self.inner.watch(Request::new(request)).await?;
        let wanted = move |item: &Result<WatchResponse, Status>| match entry(item) {
            Some(entry) => entry.seq >= from,
            None => true,
        };
        Ok(Box::pin(response.into_inner().filter(wanted)))
    }

    fn spoilt(&self, items: Items) -> Items {
        match self.fault {
            Fault::WatchSkips => without(items, 3),
            Fault::WatchGapsLate => without(items, 12),
            Fault::WatchesNoActs => Box::pin(items.filter(|item| !is_act(item))),
            Fault::TellsNoRegisters => Box::pin(items.filter(|item| !is_register(item))),
            Fault::WatchRepeats => repeat_second(items),
            Fault::WatchesQuietly => Box::pin(items.filter(|item| bookmark(item).is_none())),
            Fault::BookmarkUnsigned => bookmarks(items, |bookmark| bookmark.signature.clear()),
            Fault::BookmarkElsewhere => bookmarks(items, |bookmark| {
                bookmark.seq = bookmark.seq.saturating_sub(1)
            }),
            Fault::Chatty => chatter(items),
            _ => items,
        }
    }
}

/// Leaves the nth entry out.
fn without(items: Items, nth: u32) -> Items {
    let mut entries = 0;
    Box::pin(items.filter(move |item| {
        entries += u32::from(entry(item).is_some());
        entries != nth || entry(item).is_none()
    }))
}

fn repeat_second(items: Items) -> Items {
    let mut entries = 0;
    each_as_list(items, move |item| {
        entries += u32::from(entry(&item).is_some());
        let again = (entries == 2 && entry(&item).is_some()).then(|| item.clone());
        std::iter::once(item).chain(again).collect()
    })
}

/// Repeats the last bookmark before each item that is none: more often than asked for is allowed.
fn chatter(items: Items) -> Items {
    let mut last = None;
    each_as_list(items, move |item| {
        if bookmark(&item).is_some() {
            last = Some(item.clone());
            return vec![item];
        }
        last.clone().into_iter().chain([item]).collect()
    })
}

/// Turns each item into any number of items.
fn each_as_list(
    items: Items,
    mut list: impl FnMut(Result<WatchResponse, Status>) -> Vec<Result<WatchResponse, Status>>
    + Send
    + 'static,
) -> Items {
    let (sender, receiver) = tokio::sync::mpsc::channel(16);
    tokio::spawn(async move {
        let mut items = items;
        loop {
            // A caller who is gone ends the watch, also while nothing comes.
            let item = tokio::select! {
                () = sender.closed() => return,
                item = items.next() => item,
            };
            let Some(item) = item else { return };
            for item in list(item) {
                // Whether anybody is left shows at the next turn.
                let _ = sender.send(item).await;
            }
        }
    });
    Box::pin(tokio_stream::wrappers::ReceiverStream::new(receiver))
}

fn bookmarks(items: Items, spoil: impl Fn(&mut pb::Bookmark) + Send + 'static) -> Items {
    Box::pin(items.map(move |mut item| {
        if let Ok(WatchResponse {
            item: Some(Item::Bookmark(bookmark)),
        }) = &mut item
        {
            spoil(bookmark);
        }
        item
    }))
}

fn entry(item: &Result<WatchResponse, Status>) -> Option<&pb::Entry> {
    match item {
        Ok(WatchResponse {
            item: Some(Item::Entry(entry)),
        }) => Some(entry),
        _ => None,
    }
}

fn is_register(item: &Result<WatchResponse, Status>) -> bool {
    matches!(
        item,
        Ok(WatchResponse {
            item: Some(Item::Register(_))
        })
    )
}

fn is_act(item: &Result<WatchResponse, Status>) -> bool {
    matches!(
        item,
        Ok(WatchResponse {
            item: Some(Item::Act(_))
        })
    )
}

fn bookmark(item: &Result<WatchResponse, Status>) -> Option<&pb::Bookmark> {
    match item {
        Ok(WatchResponse {
            item: Some(Item::Bookmark(bookmark)),
        }) => Some(bookmark),
        _ => None,
    }
}
