use anyhow::Result;
pub fn tidy() -> Result<()> {
    Ok(())
}
