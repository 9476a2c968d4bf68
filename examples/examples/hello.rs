//! The smallest application: one module, called once by its stub and once by its name.

use looselycoupled::prelude::*;

#[derive(Default)]
struct Greeter {
    greeted: Vec<String>,
}

#[module]
impl Greeter {
    /// Greets somebody.
    #[task]
    fn greet(&mut self, name: String) -> String {
        let greeting = format!("Hello, {name}! You are number {}.", self.greeted.len() + 1);
        self.greeted.push(name);
        greeting
    }
}

#[looselycoupled::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::builder().module("greeter", Greeter::default()).start().await?;
    let handle = app.handle();

    // Typed: the compiler knows the task, its parameters and its result.
    let greeter = handle.stub::<GreeterStub>("greeter")?;
    println!("{}", greeter.greet("Ada".to_owned()).await?);

    // By name: for addresses that are known at run time only.
    let reply = handle.exec_task("greeter.greet", args! { name: "Grace" }).await?;
    println!("{}", reply.get::<String>()?);

    Ok(app.shutdown().await?)
}
