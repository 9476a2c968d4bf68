struct Broken;

#[looselycoupled::main]
async fn main() -> Result<(), Broken> {
    Ok(())
}
