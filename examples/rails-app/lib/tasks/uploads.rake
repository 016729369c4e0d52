namespace :uploads do
  desc "Deletes files that were uploaded and never attached. Takes hours that they may still be on their way. [48]"
  task :purge_unattached, [ :hours ] => :environment do |_task, arguments|
    until_then = arguments.fetch(:hours, 48).to_i.hours.ago
    purged = ActiveStorage::Blob.unattached.where(created_at: ..until_then).find_each.map(&:purge)
    puts "Deleted #{purged.size} files that nothing refers to"
  end
end
