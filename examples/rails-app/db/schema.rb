ActiveRecord::Schema[7.2].define(version: 2026_01_01_000000) do
  create_table "users", charset: "utf8mb4", collation: "utf8mb4_0900_ai_ci", force: :cascade do |t|
    t.string "sub", null: false, comment: "Cognito's own key of the user, which no rename changes"
    t.string "name", null: false
    t.integer "logins", default: 0, null: false
    t.datetime "created_at", null: false
    t.datetime "updated_at", null: false
    t.index ["sub"], name: "index_users_on_sub", unique: true
  end
end
