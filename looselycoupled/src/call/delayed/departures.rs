//! Tasks that are sent to another process when their time has come.

use crate::call::away::admit;
use crate::dispatch::{Request, departing};
use crate::event_loop::{Booking, Cause, Parking, Sent, Services, Work};
use crate::metadata::{Lineage, ModuleIndex, TransactionId};
use crate::module::{Departure, Elsewhere};
use crate::reply::CallError;
use crate::statistics::{Kept, Loss, MessageKind, Recipient};
use crate::sync::Arc;
use crate::value::Arguments;
use crate::waits::Caller;

/// A task for another process, whose time has not come.
pub(super) struct DelayedDeparture {
    services: Arc<Services>,
    address: Box<str>,
    arguments: Arguments,
    /// What each of them carries.
    lineage: Lineage,
}

impl DelayedDeparture {
    /// If it may be sent now.
    pub(super) fn new(
        (services, address): (Arc<Services>, Box<str>),
        arguments: Arguments,
        request: &Request<'_>,
        is_periodic: bool,
    ) -> Result<Self, CallError> {
        admit(&services, &address)?;
        if let Some(cause) = arguments.error() {
            return Err(CallError::Argument { address, cause: Box::new(cause.clone()) });
        }
        let (lineage, _, _) = departing(&services, request, false);
        let lineage = if is_periodic {
            Lineage { headers: lineage.headers, ..Lineage::root(lineage.source, lineage.priority) }
        } else {
            lineage
        };
        Ok(Self { services, address, arguments, lineage })
    }

    fn keep_letter(&self, reason: Loss) {
        let (services, lineage) = (&self.services, &self.lineage);
        keep_letter(services, &self.address, reason, lineage);
    }
}

fn keep_letter(services: &Services, address: &str, reason: Loss, lineage: &Lineage) {
    services.dead_letters.keep(|| Kept {
        recipient: Recipient::Elsewhere(address.into()),
        kind: MessageKind::Task,
        reason,
        transaction: lineage.transaction,
        priority: lineage.priority,
        when: std::time::SystemTime::now(),
    });
}

impl Work for DelayedDeparture {
    fn send(&self) -> Sent {
        let elsewhere = <dyn Elsewhere>::of(&self.services);
        let Some(elsewhere) = elsewhere.filter(|_| admit(&self.services, &self.address).is_ok()) else {
            return Sent::Lost(Loss::Undelivered, None);
        };
        let journey = elsewhere.depart(Departure {
            address: self.address.clone(),
            arguments: self.arguments.clone(),
            lineage: self.lineage.clone(),
            deadline: None,
            is_awaited: false,
            caller: Caller::NONE,
        });
        let (services, address, lineage) =
            (Arc::clone(&self.services), self.address.clone(), self.lineage.clone());
        self.services.runtime.spawn(async move {
            if let Err(error) = journey.await {
                let transaction = TransactionId::from_raw(lineage.transaction).map(tracing::field::display);
                tracing::error!(
                    target: "looselycoupled",
                    %address,
                    transaction,
                    "a delayed task has not reached its process: {error}"
                );
                keep_letter(&services, &address, Loss::Undelivered, &lineage);
            }
        });
        Sent::Gone
    }

    /// There is no queue here in which it would wait for room.
    fn take_back(&self, _parking: &Parking) -> bool {
        false
    }

    /// No module of this process counts it.
    fn count(&self, booking: Booking) {
        if let Booking::Lost(reason) = booking {
            self.keep_letter(reason);
        }
    }

    fn tell(&self, cause: Cause) {
        tracing::error!(target: "looselycoupled", address = &*self.address, "a delayed task {cause}");
    }

    fn owner(&self) -> ModuleIndex {
        self.lineage.source
    }

    fn address(&self) -> String {
        self.address.to_string()
    }
}
