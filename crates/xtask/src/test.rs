use anyhow::Result;
pub fn test(_parts: &[&str]) -> Result<()> {
    Ok(())
}
