#[module]
impl Lamp {
    #[task(local)]
    fn channel(&self, sender: Sender<u8>) -> Receiver<u8> {
        connect(sender)
    }
}
