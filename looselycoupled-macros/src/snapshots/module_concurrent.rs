#[module(concurrent)]
impl Counter {
    #[task]
    async fn add(&self, number: u8) -> u8 {
        number
    }

    #[task]
    fn get(&self) -> u8 {
        0
    }
}
