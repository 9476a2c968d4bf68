//! Where jobs lie until they begin.

#![expect(unsafe_code, reason = "what lies in a place is known by the table that was made together with it")]

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::num::NonZero;
use std::ptr::NonNull;
use std::task::{Context, Poll};

use super::Job;
use super::body::{Access, Lodger, Table, table};
use crate::event_loop::panic::safely;
use crate::event_loop::place::Place;

const WORDS: usize = 4;

/// What is copied as a whole when a small job moves.
type Words = [MaybeUninit<u64>; WORDS];

/// Whether jobs of this layout can lie in so many words.
#[inline]
const fn fits<const WORDS: usize>(layout: Layout) -> bool {
    layout.size() <= WORDS * size_of::<u64>() && layout.align() <= align_of::<u64>()
}

/// Room for a job while it is sent; a very large one lies in a box.
pub(crate) struct Room([MaybeUninit<u64>; Self::WORDS]);

impl Room {
    const WORDS: usize = 24;

    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self([MaybeUninit::uninit(); Self::WORDS])
    }

    /// Holds a job until it begins, is packed, or is dropped.
    #[inline(always)]
    pub(crate) fn hold<J: Job>(&mut self, job: J) -> Offer<'_, J::Output> {
        let layout = const { Layout::new::<J>() };
        let source = if const { fits::<{ Self::WORDS }>(Layout::new::<J>()) } {
            Source::inside(NonNull::from(&mut self.0).cast())
        } else {
            Source::boxed(layout)
        };
        // SAFETY: the room is ours, and large enough.
        unsafe { source.start().cast::<J>().write(job) };
        Offer { table: table::<J>(), source, _room: PhantomData }
    }
}

/// A job where its sender holds it: whoever begins or packs it takes it.
pub(crate) struct Offer<'a, O: 'static> {
    // Two words: what is larger is moved through memory, which stalls.
    table: &'static Table<O>,
    source: Source,
    _room: PhantomData<&'a mut Room>,
}

/// Where a job lies: in memory of somebody else, of which at least so many words can be read as a packed job has, or in
/// memory of its own.
#[derive(Clone, Copy)]
struct Source(NonNull<()>);

impl Source {
    /// What the address of memory of its own has more: all jobs are aligned like words at least.
    const OWN: usize = 1;

    const fn inside(place: NonNull<u64>) -> Self {
        Self(place.cast())
    }

    /// Memory for a job of this layout.
    #[cold]
    fn boxed(layout: Layout) -> Self {
        let layout = own(layout);
        // SAFETY: the size is not zero.
        let place = NonNull::new(unsafe { alloc(layout) }).unwrap_or_else(|| handle_alloc_error(layout));
        Self(place.cast().map_addr(|address| address | Self::OWN))
    }

    #[inline]
    fn is_boxed(self) -> bool {
        self.0.addr().get() & Self::OWN != 0
    }

    #[inline]
    fn start(self) -> NonNull<()> {
        // SAFETY: an address of words is not zero without its lowest bit.
        self.0.map_addr(|address| unsafe { NonZero::new_unchecked(address.get() & !Self::OWN) })
    }

    /// Lets go of memory of its own, whose job is gone. SAFETY: made for a job of this layout; called once.
    #[inline]
    unsafe fn release(self, layout: Layout) {
        if self.is_boxed() {
            // SAFETY: allocated in `boxed`.
            unsafe { dealloc(self.start().as_ptr().cast(), own(layout)) };
        }
    }
}

/// The layout of memory for a job of this layout.
const fn own(layout: Layout) -> Layout {
    let align = if layout.align() < align_of::<u64>() { align_of::<u64>() } else { layout.align() };
    let size = if layout.size() < size_of::<Words>() { size_of::<Words>() } else { layout.size() };
    // SAFETY: the alignment is a power of two; that of a layout of this size was no overflow, nor is that of a few words.
    unsafe { Layout::from_size_align_unchecked(size, align) }
}

impl<O> Offer<'_, O> {
    /// Builds the future of the job in a place and polls it.
    ///
    /// Who lies there afterwards is told whatever comes of it, also when it has ended or this panics.
    ///
    /// SAFETY: nobody lies in the place; whoever lies there afterwards is dropped before what it has access to.
    #[inline]
    pub(in crate::event_loop) unsafe fn begin(
        self,
        access: Access<'_>,
        place: &mut Place,
        lodger: &mut Lodger<O>,
        cx: &mut Context<'_>,
    ) -> Poll<O> {
        let this = ManuallyDrop::new(self);
        let _released = Released(this.source, this.table.layout);
        // SAFETY: the job is what its table says and is used once; the rest is passed on.
        unsafe { (this.table.begin)(this.source.start(), access, place, lodger, cx) }
    }

    /// Moves the job into its packed form.
    ///
    /// SAFETY: the place can be written.
    #[inline]
    pub(in crate::event_loop) unsafe fn pack(self, place: *mut Packed<O>) {
        let this = ManuallyDrop::new(self);
        // SAFETY: the caller's promise; so many words can be read, and what lies in them is used where they go.
        unsafe {
            (&raw mut (*place).table).write(this.table);
            let content = &raw mut (*place).content;
            if fits::<WORDS>(this.table.layout) {
                content.copy_from_nonoverlapping(this.source.start().as_ptr().cast::<Words>(), 1);
            } else {
                content.cast::<Source>().write(this.boxed());
            }
        }
    }

    /// The job in memory of its own.
    #[cold]
    fn boxed(&self) -> Source {
        if self.source.is_boxed() {
            return self.source;
        }
        let source = Source::boxed(self.table.layout);
        // SAFETY: memory for such a job.
        unsafe {
            let bytes = source.start().cast::<u8>();
            bytes.copy_from_nonoverlapping(self.source.start().cast(), self.table.layout.size());
        }
        source
    }

    pub(crate) fn packed(self) -> Packed<O> {
        let mut packed = MaybeUninit::uninit();
        // SAFETY: written as a whole.
        unsafe {
            self.pack(packed.as_mut_ptr());
            packed.assume_init()
        }
    }
}

/// A job that nobody takes. Whoever drops it has something else to tell its sender, or works through many: a panic of the
/// arguments must not end that.
impl<O> Drop for Offer<'_, O> {
    fn drop(&mut self) {
        let _released = Released(self.source, self.table.layout);
        // SAFETY: it has neither begun nor been packed.
        safely(self.table.type_name, || unsafe { (self.table.drop)(self.source.start()) });
    }
}

/// Lets go of the memory of a job, also when that has panicked.
struct Released(Source, Layout);

impl Drop for Released {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: made by the owner of the job, which is gone.
        unsafe { self.0.release(self.1) };
    }
}

/// A job that waits for its turn, in five words.
pub(crate) struct Packed<O: 'static> {
    table: &'static Table<O>,
    content: Words,
}

// SAFETY: the content is a job, which is `Send`.
unsafe impl<O> Send for Packed<O> {}

impl<O> Packed<O> {
    /// The job where it lies.
    ///
    /// SAFETY: a packed job lies there, which counts as moved out.
    #[inline]
    pub(in crate::event_loop) unsafe fn offer<'a>(this: *mut Self) -> Offer<'a, O> {
        // SAFETY: the caller's promise.
        unsafe {
            let (table, content) = ((*this).table, &raw mut (*this).content);
            let source = if fits::<WORDS>(table.layout) {
                Source::inside(NonNull::new_unchecked(content).cast())
            } else {
                content.cast::<Source>().read()
            };
            Offer { table, source, _room: PhantomData }
        }
    }

    /// Forgets the type of a job.
    pub(crate) fn of<J: Job<Output = O>>(job: J) -> Self {
        Room::new().hold(job).packed()
    }

    /// Shows the job to whoever takes it.
    pub(crate) fn with<R>(self, take: impl FnOnce(Offer<'_, O>) -> R) -> R {
        let mut packed = ManuallyDrop::new(self);
        // SAFETY: moved out of what is not dropped.
        take(unsafe { Self::offer(&raw mut *packed) })
    }
}

impl<O> Drop for Packed<O> {
    fn drop(&mut self) {
        // SAFETY: a packed job that was moved out is not dropped.
        drop(unsafe { Self::offer(self) });
    }
}
