//! What undo and redo call each edit.

use crate::Edit;

pub fn label(edit: &Edit) -> String {
    match edit {
        Edit::Rename { .. } => "Rename project".to_owned(),
        Edit::SetFraming { .. } => "Change the framing".to_owned(),
        Edit::SetData { data, .. } => match data.parts.last() {
            Some(part) => format!("Add rows of {}", part.file_name),
            None => format!("Import {}", data.summary.file_name),
        },
        Edit::AddShapeStep { kind, .. } => format!("Add step: {}", kind.texts().name()),
        Edit::AddPipelineStep { kind, .. } => format!("Add step: {}", kind.texts().name()),
        Edit::ReplaceShapeStep { kind, .. } => format!("Change step: {}", kind.texts().name()),
        Edit::ReplacePipelineStep { kind, .. } => format!("Change step: {}", kind.texts().name()),
        Edit::RemoveStep { .. } => "Remove step".to_owned(),
        Edit::MoveStep { .. } => "Move step".to_owned(),
        Edit::EnableStep { enabled: true, .. } => "Switch step on".to_owned(),
        Edit::EnableStep { enabled: false, .. } => "Switch step off".to_owned(),
        Edit::SetRecipe { .. } => "Replace the recipe".to_owned(),
        Edit::SetSplit { .. } => "Change the split".to_owned(),
        Edit::SetModels { .. } => "Change the candidates".to_owned(),
        Edit::SetDecisionThreshold { .. } => "Set the decision threshold".to_owned(),
        Edit::SetSeed { .. } => "Change the seed".to_owned(),
        Edit::WaiveCaveat { .. } => "Waive a caveat".to_owned(),
        Edit::UnwaiveCaveat { .. } => "Open a caveat again".to_owned(),
        Edit::SetChampion { .. } => "Choose the run".to_owned(),
        Edit::RecordDecision { .. } => "Record a decision".to_owned(),
        Edit::SetAlias { .. } | Edit::KeepChampion { .. } => "Promote a version".to_owned(),
        Edit::NoteVersion { .. } => "Note on a version".to_owned(),
        Edit::SetMonitorRules { .. } => "Change the monitoring rules".to_owned(),
        Edit::DeleteBatch { .. } => "Delete a batch".to_owned(),
        Edit::Undo => "Undo".to_owned(),
        Edit::Redo => "Redo".to_owned(),
    }
}
