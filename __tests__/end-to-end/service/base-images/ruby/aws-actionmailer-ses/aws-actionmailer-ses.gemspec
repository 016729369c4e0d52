Gem::Specification.new do |spec|
  spec.name = "aws-actionmailer-ses"
  spec.version = "1.1.0"
  spec.summary = "Stands in for the gem of this name, which Debian has not"
  spec.authors = [ "Operation App" ]
  spec.files = [ "lib/aws-actionmailer-ses.rb" ]
  spec.add_dependency "actionmailer", ">= 7.1.0"
  spec.add_dependency "aws-sdk-core", "~> 3"
  spec.add_dependency "aws-sigv4", "~> 1"
end
