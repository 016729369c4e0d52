class CreateUsers < ActiveRecord::Migration[7.2]
  def change
    create_table :users do |t|
      t.string :sub, null: false, index: { unique: true }, comment: "Cognito's own key of the user, which no rename changes"
      t.string :name, null: false
      t.integer :logins, null: false, default: 0
      t.timestamps
    end
  end
end
